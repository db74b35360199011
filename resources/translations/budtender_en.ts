<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en_US" sourcelanguage="en_US">
<context>
    <name>Failure</name>
    <message numerus="yes">
        <source>That is not the code we sent. %n tries left.</source>
        <translation>
            <numerusform>That is not the code we sent. %n try left.</numerusform>
            <numerusform>That is not the code we sent. %n tries left.</numerusform>
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
</TS>
