<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="es_US" sourcelanguage="en_US">
<context>
    <name>Failure</name>
    <message>
        <source>No member with this number.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Compare the digits. Enter signs the shopper up.</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>That is not the code we sent. %n tries left.</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>A manager can help with F7.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Too many tries. Locked until a manager unlocks it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Too many tries. Locked until {time}.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Header</name>
    <message>
        <source>{name}, lock</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>LookupPage</name>
    <message>
        <source>Phone number</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n more digit(s)</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Member</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not a member</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>As AIQ said {when}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pending</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Texts stopped</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sign up</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Send code</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open wallet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>New shopper</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ask AIQ</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Manager PIN</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stop texts</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Asking AIQ…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Signed up here; AIQ may take up to 24 hours to list them.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not a member yet. This purchase will not earn.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This shopper stopped texts. A code may not arrive.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>F7 opens the wallet with a manager&apos;s PIN.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Opening the wallet…</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>NumberPad</name>
    <message>
        <source>Backspace</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Enter</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Ribbon</name>
    <message>
        <source>Training. Nothing is real.</source>
        <extracomment>Which page shows which step.</extracomment>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Time</name>
    <message>
        <source>yesterday, {time}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{day}, {time}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>VerifyPage</name>
    <message>
        <source>Code from the text message</source>
        <extracomment>Seconds after which the reasons are told why a text may not have arrived.</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not this shopper</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Send code</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Try again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Send a new code</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ask: may we text you a code?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Code sent to {phone}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Verify with a code</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sent at {time}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>New code in {wait}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not received a text message?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Is the number right? Alt+N goes back.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Phone off, or no signal? Try F8 in a moment.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Texts stopped, or blocked by the carrier? A manager&apos;s PIN opens the wallet: F7.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>New shopper</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Manager PIN</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Resend code</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stop texts</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sending…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Checking…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The code has 4 digits.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Window</name>
    <message>
        <source>Back</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Lock</source>
        <translation type="unfinished"></translation>
    </message>
</context>
</TS>
