<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en_US" sourcelanguage="en_US">
    <context>
        <name>Balance</name>
        <message numerus="yes">
            <source>%n rewards could not be read; tell a manager</source>
            <translation>
                <numerusform>%n reward could not be read; tell a manager</numerusform>
                <numerusform>%n rewards could not be read; tell a manager</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n rewards end within 30 days</source>
            <translation>
                <numerusform>%n reward ends within 30 days</numerusform>
                <numerusform>%n rewards end within 30 days</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>Banner</name>
        <message numerus="yes">
            <source>%n changes are saved here.</source>
            <translation>
                <numerusform>%n change is saved here.</numerusform>
                <numerusform>%n changes are saved here.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n changes need a manager's decision.</source>
            <translation>
                <numerusform>%n change needs a manager's decision.</numerusform>
                <numerusform>%n changes need a manager's decision.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>There are %n more.</source>
            <translation>
                <numerusform>There is %n more.</numerusform>
                <numerusform>There are %n more.</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>DonePage</name>
        <message numerus="yes">
            <source>%n changes wait here.</source>
            <translation>
                <numerusform>%n change waits here.</numerusform>
                <numerusform>%n changes wait here.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>Already redeemed %n minutes ago on another register.</source>
            <translation>
                <numerusform>Already redeemed %n minute ago on another register.</numerusform>
                <numerusform>Already redeemed %n minutes ago on another register.</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>Failure</name>
        <message numerus="yes">
            <source>%n codes were sent.</source>
            <translation>
                <numerusform>%n code was sent.</numerusform>
                <numerusform>%n codes were sent.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n shoppers have this number.</source>
            <translation>
                <numerusform>%n shopper has this number.</numerusform>
                <numerusform>%n shoppers have this number.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>A phone number has 10 digits; this one has %n digits.</source>
            <translation>
                <numerusform>A phone number has 10 digits; this one has %n digit.</numerusform>
                <numerusform>A phone number has 10 digits; this one has %n digits.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>PIN not recognized. %n tries left.</source>
            <translation>
                <numerusform>PIN not recognized. %n try left.</numerusform>
                <numerusform>PIN not recognized. %n tries left.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>Redeemed less than %n minutes ago.</source>
            <translation>
                <numerusform>Redeemed less than %n minute ago.</numerusform>
                <numerusform>Redeemed less than %n minutes ago.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>That is not the code we sent. %n tries left.</source>
            <translation>
                <numerusform>That is not the code we sent. %n try left.</numerusform>
                <numerusform>That is not the code we sent. %n tries left.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>The wallet was read more than %n minutes ago.</source>
            <translation>
                <numerusform>The wallet was read more than %n minute ago.</numerusform>
                <numerusform>The wallet was read more than %n minutes ago.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>This was redeemed more than %n minutes ago.</source>
            <translation>
                <numerusform>This was redeemed more than %n minute ago.</numerusform>
                <numerusform>This was redeemed more than %n minutes ago.</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>FindPage</name>
        <message numerus="yes">
            <source>%n found</source>
            <translation>
                <numerusform>%n found</numerusform>
                <numerusform>%n found</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>LookupPage</name>
        <message numerus="yes">
            <source>%n more digits</source>
            <translation>
                <numerusform>%n more digit</numerusform>
                <numerusform>%n more digits</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>Offer</name>
        <message numerus="yes">
            <source>ends in %n days</source>
            <translation>
                <numerusform>ends in %n day</numerusform>
                <numerusform>ends in %n days</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>Progress</name>
        <message numerus="yes">
            <source>Downloading from %n places</source>
            <translation>
                <numerusform>Downloading from %n place</numerusform>
                <numerusform>Downloading from %n places</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>Interrupted: download from %n places</source>
            <translation>
                <numerusform>Interrupted: download from %n place</numerusform>
                <numerusform>Interrupted: download from %n places</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>Paused: download from %n places</source>
            <translation>
                <numerusform>Paused: download from %n place</numerusform>
                <numerusform>Paused: download from %n places</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>about %n hours left</source>
            <translation>
                <numerusform>about %n hour left</numerusform>
                <numerusform>about %n hours left</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>about %n minutes left</source>
            <translation>
                <numerusform>about %n minute left</numerusform>
                <numerusform>about %n minutes left</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>Refusal</name>
        <message numerus="yes">
            <source>There are %n more.</source>
            <translation>
                <numerusform>There is %n more.</numerusform>
                <numerusform>There are %n more.</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>VerifyPage</name>
        <message numerus="yes">
            <source>%n tries left.</source>
            <translation>
                <numerusform>%n try left.</numerusform>
                <numerusform>%n tries left.</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>Wallet</name>
        <message numerus="yes">
            <source>%n changes are not in AIQ's balance yet.</source>
            <translation>
                <numerusform>%n change is not in AIQ's balance yet.</numerusform>
                <numerusform>%n changes are not in AIQ's balance yet.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>Redeemed %n minutes ago on another register.</source>
            <translation>
                <numerusform>Redeemed %n minute ago on another register.</numerusform>
                <numerusform>Redeemed %n minutes ago on another register.</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>WalletPage</name>
        <message numerus="yes">
            <source>%n rewards can be used.</source>
            <translation>
                <numerusform>%n reward can be used.</numerusform>
                <numerusform>%n rewards can be used.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>The wallet closes in %n seconds.</source>
            <translation>
                <numerusform>The wallet closes in %n second.</numerusform>
                <numerusform>The wallet closes in %n seconds.</numerusform>
            </translation>
        </message>
    </context>
</TS>
