<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="es_US" sourcelanguage="en_US">
    <context>
        <name>AgePage</name>
        <message>
            <source>Caregiver</source>
            <translation>Cuidador</translation>
        </message>
        <message>
            <source>New shopper</source>
            <translation>Nuevo cliente</translation>
        </message>
        <message>
            <source>Next shopper</source>
            <translation>Siguiente cliente</translation>
        </message>
        <message>
            <source>Not old enough for loyalty here ({age}).</source>
            <translation>No tiene la edad mínima del programa ({age}).</translation>
        </message>
        <message>
            <source>Not old enough for loyalty here ({age}, or {patient_age} with a patient card).</source>
            <translation>No tiene la edad mínima del programa ({age}, o {patient_age} con tarjeta de paciente).</translation>
        </message>
        <message>
            <source>Nothing was saved. What was typed or scanned is gone.</source>
            <translation>No se guardó nada. Lo escrito o escaneado se borró.</translation>
        </message>
        <message>
            <source>Patient card</source>
            <translation>Tarjeta de paciente</translation>
        </message>
        <message>
            <source>Their caregiver signs up instead</source>
            <translation>Inscribir a su cuidador</translation>
        </message>
        <message>
            <source>They showed a patient card</source>
            <translation>Mostró una tarjeta de paciente</translation>
        </message>
    </context>
    <context>
        <name>ApprovePage</name>
        <message>
            <source>A manager approves</source>
            <translation>Aprobación de un gerente</translation>
        </message>
        <message>
            <source>Another reason</source>
            <translation>Otro motivo</translation>
        </message>
        <message>
            <source>Approve</source>
            <translation>Aprobar</translation>
        </message>
        <message>
            <source>Approved by {name}.</source>
            <translation>Aprobado por {name}.</translation>
        </message>
        <message>
            <source>Approved.</source>
            <translation>Aprobado.</translation>
        </message>
        <message>
            <source>Checking…</source>
            <translation>Comprobando…</translation>
        </message>
        <message>
            <source>Choose who approves</source>
            <translation>Elegir quién aprueba</translation>
        </message>
        <message>
            <source>Code not arriving</source>
            <translation>El código no llega</translation>
        </message>
        <message>
            <source>Esc goes back to the PIN.</source>
            <translation>Esc vuelve al PIN.</translation>
        </message>
        <message>
            <source>Manager PIN</source>
            <translation>PIN de gerente</translation>
        </message>
        <message>
            <source>New shopper</source>
            <translation>Nuevo cliente</translation>
        </message>
        <message>
            <source>Next: the reason</source>
            <translation>Siguiente: el motivo</translation>
        </message>
        <message>
            <source>No network</source>
            <translation>Sin conexión</translation>
        </message>
        <message>
            <source>Not this shopper</source>
            <translation>No es este cliente</translation>
        </message>
        <message>
            <source>Open the wallet of {name} without a code.</source>
            <translation>Abrir la billetera de {name} sin código.</translation>
        </message>
        <message>
            <source>Phone at home</source>
            <translation>Dejó el teléfono en casa</translation>
        </message>
        <message>
            <source>Phone changed</source>
            <translation>Cambió de teléfono</translation>
        </message>
        <message>
            <source>Reason</source>
            <translation>Motivo</translation>
        </message>
        <message>
            <source>Redeem “{reward}” for {name} a short time after another one.</source>
            <translation>Canjear “{reward}” para {name} poco después de otro canje.</translation>
        </message>
        <message>
            <source>Redeem “{reward}” for {name} without network.</source>
            <translation>Canjear “{reward}” para {name} sin conexión.</translation>
        </message>
        <message>
            <source>Redeem “{reward}”, worth {worth}, for {name} without network. The limit is {limit}.</source>
            <translation>Canjear “{reward}”, de {worth}, para {name} sin conexión. El límite es {limit}.</translation>
        </message>
        <message>
            <source>Show the whole number of {name} and write down who saw it.</source>
            <translation>Mostrar el número completo de {name} y anotar quién lo vio.</translation>
        </message>
        <message>
            <source>Type the PIN again.</source>
            <translation>Escriba de nuevo el PIN.</translation>
        </message>
        <message>
            <source>Type the reason.</source>
            <translation>Escriba el motivo.</translation>
        </message>
        <message>
            <source>Undo what {name} redeemed.</source>
            <translation>{name}: deshacer su canje.</translation>
        </message>
        <message>
            <source>Who approves?</source>
            <translation>¿Quién aprueba?</translation>
        </message>
        <message>
            <source>Why without a code?</source>
            <translation>¿Por qué sin código?</translation>
        </message>
        <message>
            <source>{name} approves.</source>
            <translation>{name} aprueba.</translation>
        </message>
    </context>
    <context>
        <name>Balance</name>
        <message numerus="yes">
            <source>%n rewards could not be read; tell a manager</source>
            <translation>
                <numerusform>%n recompensa no se pudo leer; avise a un gerente</numerusform>
                <numerusform>%n recompensas no se pudieron leer; avise a un gerente</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n rewards end within 30 days</source>
            <translation>
                <numerusform>%n recompensa termina en menos de 30 días</numerusform>
                <numerusform>%n recompensas terminan en menos de 30 días</numerusform>
            </translation>
        </message>
        <message>
            <source>About +{points} from today, not final</source>
            <translation>Cerca de +{points} de hoy, aún no definitivos</translation>
        </message>
        <message>
            <source>{money} bought today, points not final</source>
            <translation>Compras de hoy: {money}; puntos aún no definitivos</translation>
        </message>
    </context>
    <context>
        <name>BalanceCard</name>
        <message>
            <source>Available</source>
            <translation>Disponibles</translation>
        </message>
        <message>
            <source>From AIQ, {when}</source>
            <translation>Según AIQ, {when}</translation>
        </message>
        <message>
            <source>Redeemed now</source>
            <translation>Canjeados ahora</translation>
        </message>
        <message>
            <source>Remaining</source>
            <translation>Restantes</translation>
        </message>
    </context>
    <context>
        <name>Banner</name>
        <message numerus="yes">
            <source>%n changes are saved here.</source>
            <translation>
                <numerusform>%n cambio está guardado aquí.</numerusform>
                <numerusform>%n cambios están guardados aquí.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n changes need a manager's decision.</source>
            <translation>
                <numerusform>%n cambio necesita la decisión de un gerente.</numerusform>
                <numerusform>%n cambios necesitan la decisión de un gerente.</numerusform>
            </translation>
        </message>
        <message>
            <source>A manager or owner opens a terminal on this computer. “budtender doctor” shows which key is meant. With a new one from {system} it is connected again: “budtender --staff NAME {command}” asks for their own PIN and the key. Nothing that waits here is lost.</source>
            <translation>Un gerente o propietario abre una terminal en esta computadora. «budtender doctor» muestra de qué clave se trata. Con una nueva de {system} se conecta otra vez: «budtender --staff NAME {command}» pide su propio PIN y la clave. No se pierde nada de lo que espera aquí.</translation>
        </message>
        <message>
            <source>A manager or owner opens a terminal on this computer. “budtender outbox list” shows what was sent without an answer, with its id. They look into AIQ whether it is there, and say so with their own PIN: “budtender --staff NAME outbox settle ID --as happened”, or “--as never” when it is not.</source>
            <translation>Un gerente o propietario abre una terminal en esta computadora. «budtender outbox list» muestra lo que se envió sin respuesta, con su id. Mira en AIQ si está allí y lo indica con su propio PIN: «budtender --staff NAME outbox settle ID --as happened», o «--as never» si no está.</translation>
        </message>
        <message>
            <source>A manager stops the texts in AIQ by hand. On this computer “budtender outbox list” shows whose stop waits, and “budtender --staff NAME outbox retry ID” sends it once more.</source>
            <translation>Un gerente detiene los mensajes en AIQ a mano. En esta computadora, «budtender outbox list» muestra qué aviso espera, y «budtender --staff NAME outbox retry ID» lo envía otra vez.</translation>
        </message>
        <message>
            <source>A shopper's stop has waited for more than a day. A manager has to see to it.</source>
            <translation>La baja de mensajes de un cliente espera desde hace más de un día. Un gerente debe ocuparse.</translation>
        </message>
        <message>
            <source>AIQ was last heard {when}. What is shown may be old.</source>
            <translation>Última respuesta de AIQ: {when}; lo que se muestra puede no estar al día.</translation>
        </message>
        <message>
            <source>No internet since {time}: the network asks to sign in first.</source>
            <translation>Sin internet desde {time}: la red pide iniciar sesión.</translation>
        </message>
        <message>
            <source>No internet since {time}: this computer has no network.</source>
            <translation>Sin internet desde {time}: esta computadora no tiene red.</translation>
        </message>
        <message>
            <source>No secure connection to {system} since {time}. Is the clock right?</source>
            <translation>Desde {time} no hay conexión segura con {system}. ¿Está bien el reloj?</translation>
        </message>
        <message>
            <source>Not carried out: {what} for {name}, saved {when}.</source>
            <translation>No se realizó: {what} para {name} ({when}).</translation>
        </message>
        <message>
            <source>Not carried out: {what}, saved {when}.</source>
            <translation>No se realizó: {what} ({when}).</translation>
        </message>
        <message>
            <source>Nothing has answered since {time}: no internet.</source>
            <translation>Nada responde desde {time}: sin internet.</translation>
        </message>
        <message numerus="yes">
            <source>There are %n more.</source>
            <translation>
                <numerusform>Hay %n más.</numerusform>
                <numerusform>Hay %n más.</numerusform>
            </translation>
        </message>
        <message>
            <source>You can look up and sign up. Codes and rewards have to wait.</source>
            <translation>Puede buscar e inscribir. Los códigos y las recompensas tienen que esperar.</translation>
        </message>
        <message>
            <source>You can look up, sign up and redeem small rewards with a manager PIN. Codes cannot be texted.</source>
            <translation>Puede buscar, inscribir y canjear recompensas pequeñas con un PIN de gerente, pero no enviar códigos.</translation>
        </message>
        <message>
            <source>{system} does not accept this register's key. A manager has to fix it.</source>
            <translation>{system} no acepta la clave de esta caja. Un gerente debe corregirlo.</translation>
        </message>
        <message>
            <source>{system} has asked for a pause since {time}.</source>
            <translation>Desde {time}, {system} pide una pausa.</translation>
        </message>
        <message>
            <source>{system} has had trouble since {time}.</source>
            <translation>Desde {time}, {system} tiene problemas.</translation>
        </message>
        <message>
            <source>{system} has not answered since {time}.</source>
            <translation>Desde {time}, {system} no responde.</translation>
        </message>
    </context>
    <context>
        <name>BugWindow</name>
        <message>
            <source>Budtender has a fault</source>
            <translation>Budtender tiene una falla</translation>
        </message>
        <message>
            <source>Close Budtender</source>
            <translation>Cerrar Budtender</translation>
        </message>
        <message>
            <source>Continue</source>
            <translation>Continuar</translation>
        </message>
        <message>
            <source>Something went wrong in Budtender.</source>
            <translation>Algo falló en Budtender.</translation>
        </message>
        <message>
            <source>The log could not be written. See what is wrong with: budtender doctor</source>
            <translation>No se pudo escribir el registro. Vea qué pasa con: budtender doctor</translation>
        </message>
        <message>
            <source>The log has the details under this number.</source>
            <translation>El registro tiene los detalles con este número.</translation>
        </message>
        <message>
            <source>What was saved is not lost. Tell support this number:</source>
            <translation>Lo guardado no se perdió. Dé este número a soporte:</translation>
        </message>
    </context>
    <context>
        <name>Candidate</name>
        <message>
            <source>in AIQ since {month}</source>
            <translation>en AIQ desde {month}</translation>
        </message>
        <message>
            <source>last here in {month}</source>
            <translation>última visita: {month}</translation>
        </message>
    </context>
    <context>
        <name>ConfirmPage</name>
        <message>
            <source>AIQ is slow. Esc leaves it; it goes on by itself.</source>
            <translation>AIQ está lento. Puede salir con Esc; el envío continúa.</translation>
        </message>
        <message>
            <source>Approved by {name}</source>
            <translation>Aprobado por {name}</translation>
        </message>
        <message>
            <source>Back to the wallet</source>
            <translation>Volver a la billetera</translation>
        </message>
        <message>
            <source>It is still being sent. The wallet shows what becomes of it.</source>
            <translation>Aún se está enviando. La billetera mostrará el resultado.</translation>
        </message>
        <message>
            <source>Manager PIN</source>
            <translation>PIN de gerente</translation>
        </message>
        <message>
            <source>Nothing was redeemed. Enter tries again.</source>
            <translation>No se canjeó nada. Enter intenta de nuevo.</translation>
        </message>
        <message>
            <source>Points after</source>
            <translation>Puntos después</translation>
        </message>
        <message>
            <source>Points are not shown in this state.</source>
            <translation>En este estado no se muestran los puntos.</translation>
        </message>
        <message>
            <source>Points before</source>
            <translation>Puntos antes</translation>
        </message>
        <message>
            <source>Redeem</source>
            <translation>Canjear</translation>
        </message>
        <message>
            <source>Sending…</source>
            <translation>Enviando…</translation>
        </message>
        <message>
            <source>Still sending. Do not repeat it.</source>
            <translation>Aún se está enviando. No lo repita.</translation>
        </message>
        <message>
            <source>Takes off</source>
            <translation>Descuento</translation>
        </message>
        <message>
            <source>Training. Nothing is real.</source>
            <translation>Práctica. Nada es real.</translation>
        </message>
        <message>
            <source>Try again</source>
            <translation>Intentar de nuevo</translation>
        </message>
        <message>
            <source>Use it anyway</source>
            <translation>Usarla igual</translation>
        </message>
        <message>
            <source>{points} remain.</source>
            <translation>Quedan {points}.</translation>
        </message>
    </context>
    <context>
        <name>ConsentPage</name>
        <message>
            <source>Ask again, or take the paper form.</source>
            <translation>Pregunte de nuevo o use el formulario en papel.</translation>
        </message>
        <message>
            <source>Ask in English</source>
            <translation>Preguntar en inglés</translation>
        </message>
        <message>
            <source>Ask in Spanish</source>
            <translation>Preguntar en español</translation>
        </message>
        <message>
            <source>Check what the shopper checked on the paper; F8 when they want neither.</source>
            <translation>Marque lo que el cliente marcó en el papel; F8 si no quiere nada.</translation>
        </message>
        <message>
            <source>Consent</source>
            <translation>Consentimiento</translation>
        </message>
        <message>
            <source>Copy what the shopper checked and signed.</source>
            <translation>Copie lo que el cliente marcó y firmó.</translation>
        </message>
        <message>
            <source>Goes on without loyalty and without texts.</source>
            <translation>Continúa sin el programa y sin mensajes.</translation>
        </message>
        <message>
            <source>No second screen is connected.</source>
            <translation>No hay una segunda pantalla conectada.</translation>
        </message>
        <message>
            <source>Nothing is checked yet.</source>
            <translation>Todavía no hay nada marcado.</translation>
        </message>
        <message>
            <source>Nothing was saved.</source>
            <translation>No se guardó nada.</translation>
        </message>
        <message>
            <source>Nothing was saved. Choose again.</source>
            <translation>No se guardó nada. Elija de nuevo.</translation>
        </message>
        <message>
            <source>Nothing was saved. Take the paper form.</source>
            <translation>No se guardó nada. Use el formulario en papel.</translation>
        </message>
        <message>
            <source>Number of the signed paper form</source>
            <translation>Número del formulario firmado en papel</translation>
        </message>
        <message>
            <source>On paper</source>
            <translation>En papel</translation>
        </message>
        <message>
            <source>On the shopper's screen</source>
            <translation>En la pantalla del cliente</translation>
        </message>
        <message>
            <source>Save as on the paper</source>
            <translation>Guardar respuestas</translation>
        </message>
        <message>
            <source>Saving…</source>
            <translation>Guardando…</translation>
        </message>
        <message>
            <source>The shopper answers two questions. Joining is one, texts are another; neither is checked for them.</source>
            <translation>El cliente dice si se inscribe y si acepta mensajes. Nadie marca por él.</translation>
        </message>
        <message>
            <source>The shopper did not answer.</source>
            <translation>El cliente no respondió.</translation>
        </message>
        <message>
            <source>The shopper has not answered yet.</source>
            <translation>El cliente aún no ha respondido.</translation>
        </message>
        <message>
            <source>The shopper's screen is gone.</source>
            <translation>Ya no está la pantalla del cliente.</translation>
        </message>
        <message>
            <source>The sign-up goes on by itself.</source>
            <translation>La inscripción continúa sola.</translation>
        </message>
        <message>
            <source>They read, answer and sign there.</source>
            <translation>Lee, responde y firma allí.</translation>
        </message>
        <message>
            <source>They want neither</source>
            <translation>No quiere ninguno</translation>
        </message>
        <message>
            <source>Type the number printed on the signed form.</source>
            <translation>Escriba el número impreso en el formulario firmado.</translation>
        </message>
        <message>
            <source>Waiting for the shopper's answers…</source>
            <translation>Esperando las respuestas del cliente…</translation>
        </message>
    </context>
    <context>
        <name>Display</name>
        <message>
            <source>Both are your choice. You can buy without.</source>
            <translation>Ambas son opcionales. Puede comprar sin aceptarlas.</translation>
        </message>
        <message>
            <source>Check what you agree to</source>
            <translation>Marque lo que acepta</translation>
        </message>
        <message>
            <source>Continue</source>
            <translation>Continuar</translation>
        </message>
        <message>
            <source>Done</source>
            <translation>Listo</translation>
        </message>
        <message>
            <source>Earn and use your points here.</source>
            <translation>Gane y use sus puntos aquí.</translation>
        </message>
        <message>
            <source>Hello, {name}</source>
            <translation>Hola, {name}</translation>
        </message>
        <message>
            <source>Is your number the one that ends in {digits}?</source>
            <translation>¿Su número es el que termina en {digits}?</translation>
        </message>
        <message>
            <source>No</source>
            <translation>No</translation>
        </message>
        <message>
            <source>Not now</source>
            <translation>Ahora no</translation>
        </message>
        <message>
            <source>One moment, please</source>
            <translation>Un momento, por favor</translation>
        </message>
        <message>
            <source>Please sign here</source>
            <translation>Firme aquí, por favor</translation>
        </message>
        <message>
            <source>Start over</source>
            <translation>Borrar y repetir</translation>
        </message>
        <message>
            <source>Type my phone number</source>
            <translation>Escribir mi teléfono</translation>
        </message>
        <message>
            <source>Welcome</source>
            <translation>Le damos la bienvenida</translation>
        </message>
        <message>
            <source>Welcome back</source>
            <translation>Qué gusto verle de nuevo</translation>
        </message>
        <message>
            <source>Yes, that is me</source>
            <translation>Sí, soy yo</translation>
        </message>
        <message>
            <source>Your phone number</source>
            <translation>Su número de teléfono</translation>
        </message>
        <message>
            <source>Your points</source>
            <translation>Sus puntos</translation>
        </message>
        <message>
            <source>Your points cannot be read right now.</source>
            <translation>Sus puntos no se pueden consultar en este momento.</translation>
        </message>
        <message>
            <source>Your rewards</source>
            <translation>Sus recompensas</translation>
        </message>
        <message>
            <source>{points} points left</source>
            <translation>Le quedan {points} puntos</translation>
        </message>
    </context>
    <context>
        <name>DisplayWindow</name>
        <message>
            <source>Budtender: the shopper's screen</source>
            <translation>Budtender: la pantalla del cliente</translation>
        </message>
    </context>
    <context>
        <name>DonePage</name>
        <message numerus="yes">
            <source>%n changes wait here.</source>
            <translation>
                <numerusform>%n cambio espera aquí.</numerusform>
                <numerusform>%n cambios esperan aquí.</numerusform>
            </translation>
        </message>
        <message>
            <source>AIQ's answer was lost. It is being checked; do not repeat it.</source>
            <translation>AIQ no confirmó. Se está comprobando; no lo repita.</translation>
        </message>
        <message numerus="yes">
            <source>Already redeemed %n minutes ago on another register.</source>
            <translation>
                <numerusform>Ya se canjeó hace %n minuto en otra caja.</numerusform>
                <numerusform>Ya se canjeó hace %n minutos en otra caja.</numerusform>
            </translation>
        </message>
        <message>
            <source>Any key opens Home; Esc goes back.</source>
            <translation>Cualquier tecla va al inicio; Esc vuelve.</translation>
        </message>
        <message>
            <source>Applied</source>
            <translation>Aplicado</translation>
        </message>
        <message>
            <source>Apply nothing yet. This page will tell you within a few minutes.</source>
            <translation>No aplique nada todavía. Esta página lo dirá en unos minutos.</translation>
        </message>
        <message>
            <source>Apply “{name}” in {till} now.</source>
            <translation>Aplique ahora “{name}” en {till}.</translation>
        </message>
        <message>
            <source>Back to the wallet</source>
            <translation>Volver a la billetera</translation>
        </message>
        <message>
            <source>Copy the ID</source>
            <translation>Copiar el ID</translation>
        </message>
        <message>
            <source>Discount ID</source>
            <translation>ID del descuento</translation>
        </message>
        <message>
            <source>Discount in {till}</source>
            <translation>Descuento en {till}</translation>
        </message>
        <message>
            <source>Done.</source>
            <translation>Listo.</translation>
        </message>
        <message>
            <source>Enter it in {till} by hand</source>
            <translation>Ingréselo a mano en {till}</translation>
        </message>
        <message>
            <source>Enter undoes the redemption; Esc goes back.</source>
            <translation>Enter deshace el canje; Esc vuelve.</translation>
        </message>
        <message>
            <source>F9 undoes it within {left}.</source>
            <translation>F9 lo deshace: quedan {left}.</translation>
        </message>
        <message>
            <source>Name and ID are copied. Ctrl+C copies the ID alone.</source>
            <translation>Se copiaron el nombre y el ID. Ctrl+C copia solo el ID.</translation>
        </message>
        <message>
            <source>Next shopper</source>
            <translation>Siguiente cliente</translation>
        </message>
        <message>
            <source>No printer works here now.</source>
            <translation>No hay ninguna impresora disponible.</translation>
        </message>
        <message>
            <source>Not applied</source>
            <translation>No aplicado</translation>
        </message>
        <message>
            <source>Not applied? Give the points back.</source>
            <translation>¿No aplicado? Devuelva los puntos.</translation>
        </message>
        <message>
            <source>Not this shopper</source>
            <translation>No es este cliente</translation>
        </message>
        <message>
            <source>Nothing was redeemed.</source>
            <translation>No se canjeó nada.</translation>
        </message>
        <message>
            <source>Print</source>
            <translation>Imprimir</translation>
        </message>
        <message>
            <source>Redeemed. Now apply it in {till}.</source>
            <translation>Canjeado. Ahora aplíquelo en {till}.</translation>
        </message>
        <message>
            <source>Redeemed. Now apply “{name}” in {till}.</source>
            <translation>Canjeado. Ahora aplique “{name}” en {till}.</translation>
        </message>
        <message>
            <source>Saved here. It will be sent when AIQ takes it.</source>
            <translation>Guardado aquí. Se enviará cuando AIQ lo acepte.</translation>
        </message>
        <message>
            <source>Saved here. It will be sent when the internet is back.</source>
            <translation>Guardado aquí. Se enviará al volver internet.</translation>
        </message>
        <message>
            <source>Takes off</source>
            <translation>Descuento</translation>
        </message>
        <message>
            <source>The ID is copied.</source>
            <translation>Se copió el ID.</translation>
        </message>
        <message>
            <source>The slip is printed.</source>
            <translation>Se imprimió el comprobante.</translation>
        </message>
        <message>
            <source>Undo</source>
            <translation>Deshacer</translation>
        </message>
        <message>
            <source>the till</source>
            <translation>el punto de venta</translation>
        </message>
        <message>
            <source>{points} remain.</source>
            <translation>Quedan {points}.</translation>
        </message>
        <message>
            <source>“{name}” was not redeemed again here.</source>
            <translation>Aquí no se canjeó “{name}” otra vez.</translation>
        </message>
    </context>
    <context>
        <name>Failure</name>
        <message numerus="yes">
            <source>%n codes were sent.</source>
            <translation>
                <numerusform>Se envió %n código.</numerusform>
                <numerusform>Se enviaron %n códigos.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n shoppers have this number.</source>
            <translation>
                <numerusform>%n cliente tiene este número.</numerusform>
                <numerusform>%n clientes tienen este número.</numerusform>
            </translation>
        </message>
        <message>
            <source>A PIN has {shortest} to {longest} digits.</source>
            <translation>Un PIN tiene de {shortest} a {longest} dígitos.</translation>
        </message>
        <message>
            <source>A key of this register is not in the computer's secure storage.</source>
            <translation>Falta una clave de esta caja en el almacén seguro de la computadora.</translation>
        </message>
        <message>
            <source>A manager can go on with a PIN: F7.</source>
            <translation>Un gerente puede continuar con un PIN: F7.</translation>
        </message>
        <message>
            <source>A manager can help with F7.</source>
            <translation>Un gerente puede ayudar con F7.</translation>
        </message>
        <message>
            <source>A manager can look in AIQ.</source>
            <translation>Un gerente puede revisarlo en AIQ.</translation>
        </message>
        <message>
            <source>A manager connects it again.</source>
            <translation>Un gerente la conecta de nuevo.</translation>
        </message>
        <message>
            <source>A manager connects it: budtender connect aiq.</source>
            <translation>Un gerente la conecta: budtender connect aiq.</translation>
        </message>
        <message>
            <source>A manager has to fix the connection.</source>
            <translation>Un gerente tiene que arreglar la conexión.</translation>
        </message>
        <message>
            <source>A manager unlocks it with a PIN of their own.</source>
            <translation>Un gerente lo desbloquea con su propio PIN.</translation>
        </message>
        <message>
            <source>A name has letters.</source>
            <translation>Un nombre lleva letras.</translation>
        </message>
        <message>
            <source>A name is missing.</source>
            <translation>Falta un nombre.</translation>
        </message>
        <message>
            <source>A newer version of Budtender wrote this register's folder.</source>
            <translation>Una versión más nueva de Budtender escribió la carpeta de esta caja.</translation>
        </message>
        <message>
            <source>A pause after wrong PINs. Try again in {wait_seconds}.</source>
            <translation>Demasiados PIN incorrectos. Espere {wait_seconds}.</translation>
        </message>
        <message>
            <source>A pause comes first: {wait_seconds}.</source>
            <translation>Antes hay una pausa: {wait_seconds}.</translation>
        </message>
        <message>
            <source>A phone number has 10 digits.</source>
            <translation>Un teléfono tiene 10 dígitos.</translation>
        </message>
        <message numerus="yes">
            <source>A phone number has 10 digits; this one has %n digits.</source>
            <translation>
                <numerusform>Un teléfono tiene 10 dígitos; este tiene %n dígito.</numerusform>
                <numerusform>Un teléfono tiene 10 dígitos; este tiene %n dígitos.</numerusform>
            </translation>
        </message>
        <message>
            <source>A phone number has digits only.</source>
            <translation>Un teléfono solo tiene dígitos.</translation>
        </message>
        <message>
            <source>AIQ asks for a pause.</source>
            <translation>AIQ pide esperar un momento.</translation>
        </message>
        <message>
            <source>AIQ counts “{name}” as used: an undo gives back its points alone.</source>
            <translation>AIQ da “{name}” por usada: deshacer solo devuelve sus puntos.</translation>
        </message>
        <message>
            <source>AIQ did not confirm the text; it may arrive all the same.</source>
            <translation>AIQ no confirmó el mensaje; puede llegar de todos modos.</translation>
        </message>
        <message>
            <source>AIQ does not accept this register's key.</source>
            <translation>AIQ no acepta la clave de esta caja.</translation>
        </message>
        <message>
            <source>AIQ does not answer.</source>
            <translation>AIQ no responde.</translation>
        </message>
        <message>
            <source>AIQ does not know this any more.</source>
            <translation>AIQ ya no conoce esto.</translation>
        </message>
        <message>
            <source>AIQ does not know this number as a member.</source>
            <translation>AIQ no conoce este número como miembro.</translation>
        </message>
        <message>
            <source>AIQ does not know this number.</source>
            <translation>AIQ no conoce este número.</translation>
        </message>
        <message>
            <source>AIQ does not know this shopper any more.</source>
            <translation>AIQ ya no conoce a este cliente.</translation>
        </message>
        <message>
            <source>AIQ does not list this shopper yet.</source>
            <translation>AIQ todavía no muestra a este cliente.</translation>
        </message>
        <message>
            <source>AIQ has blocked, deleted or merged it. A manager can see why there.</source>
            <translation>AIQ lo bloqueó, lo borró o lo unió a otro. Un gerente puede ver por qué.</translation>
        </message>
        <message>
            <source>AIQ has merged this sign-up into another shopper.</source>
            <translation>AIQ unió esta inscripción con otro cliente.</translation>
        </message>
        <message>
            <source>AIQ has no mobile number for this shopper.</source>
            <translation>AIQ no tiene el celular de este cliente.</translation>
        </message>
        <message>
            <source>AIQ has no wallet for this number.</source>
            <translation>AIQ no tiene una billetera para este número.</translation>
        </message>
        <message>
            <source>AIQ keeps only US and Canadian numbers.</source>
            <translation>AIQ solo guarda números de EE. UU. y Canadá.</translation>
        </message>
        <message>
            <source>AIQ lists nobody, or several people, under this number.</source>
            <translation>AIQ no muestra a nadie, o muestra a varias personas, con este número.</translation>
        </message>
        <message>
            <source>AIQ opens another shopper's wallet for this number.</source>
            <translation>AIQ abre la billetera de otro cliente con este número.</translation>
        </message>
        <message>
            <source>AIQ refused “{name}” in this visit.</source>
            <translation>AIQ rechazó “{name}” en esta visita.</translation>
        </message>
        <message>
            <source>AIQ said no.</source>
            <translation>AIQ dijo que no.</translation>
        </message>
        <message>
            <source>AIQ's answer cannot be understood.</source>
            <translation>No se entendió la respuesta de AIQ.</translation>
        </message>
        <message>
            <source>After a sign-up it takes up to 24 hours.</source>
            <translation>Después de inscribir tarda hasta 24 horas.</translation>
        </message>
        <message>
            <source>An earlier redemption of this shopper is still being checked.</source>
            <translation>Un canje anterior de este cliente aún se está comprobando.</translation>
        </message>
        <message>
            <source>An owner gives everybody one: budtender staff.</source>
            <translation>Un propietario le da uno a cada persona: budtender staff.</translation>
        </message>
        <message>
            <source>An owner gives managers their PINs.</source>
            <translation>Un propietario da su PIN a los gerentes.</translation>
        </message>
        <message>
            <source>An owner restores it from a backup, or gives new PINs.</source>
            <translation>Un propietario la restaura de una copia, o da PIN nuevos.</translation>
        </message>
        <message>
            <source>Another Budtender keeps this register in step already.</source>
            <translation>Otro Budtender ya mantiene esta caja al día.</translation>
        </message>
        <message>
            <source>Another manager has to.</source>
            <translation>Tiene que hacerlo otro gerente.</translation>
        </message>
        <message>
            <source>Another program is using this register's folder.</source>
            <translation>Otro programa está usando la carpeta de esta caja.</translation>
        </message>
        <message>
            <source>Another redemption of this shopper is under way.</source>
            <translation>Otro canje de este cliente está en curso.</translation>
        </message>
        <message>
            <source>Area codes do not start with 0 or 1.</source>
            <translation>Los códigos de área no empiezan con 0 ni 1.</translation>
        </message>
        <message>
            <source>Ask for a US or Canadian number.</source>
            <translation>Pida un número de EE. UU. o Canadá.</translation>
        </message>
        <message>
            <source>Ask for it at the next sign-up, or make the profile in the till.</source>
            <translation>Pídalo en la próxima inscripción o cree el perfil en el punto de venta.</translation>
        </message>
        <message>
            <source>Ask one of them.</source>
            <translation>Pida ayuda a uno de ellos.</translation>
        </message>
        <message>
            <source>Ask the shopper again.</source>
            <translation>Pregunte de nuevo al cliente.</translation>
        </message>
        <message>
            <source>Back to the wallet, then F5.</source>
            <translation>Vuelva a la billetera y presione F5.</translation>
        </message>
        <message>
            <source>Choose another one.</source>
            <translation>Elija a otra persona.</translation>
        </message>
        <message>
            <source>Choose another reward.</source>
            <translation>Elija otra recompensa.</translation>
        </message>
        <message>
            <source>Choose another.</source>
            <translation>Elija otro.</translation>
        </message>
        <message>
            <source>Choose one of the list.</source>
            <translation>Elija uno de la lista.</translation>
        </message>
        <message>
            <source>Compare the digits with the shopper.</source>
            <translation>Compare los dígitos con el cliente.</translation>
        </message>
        <message>
            <source>Compare the digits, or Enter to sign up.</source>
            <translation>Compare los dígitos o presione Enter para inscribir.</translation>
        </message>
        <message>
            <source>Do it again.</source>
            <translation>Hágalo de nuevo.</translation>
        </message>
        <message>
            <source>Enter to sign up. What the till tells can take AIQ up to 24 hours.</source>
            <translation>Enter para inscribir. AIQ puede tardar hasta 24 horas en mostrar lo que dice el punto de venta.</translation>
        </message>
        <message>
            <source>Enter tries again.</source>
            <translation>Enter intenta de nuevo.</translation>
        </message>
        <message>
            <source>Expired on {expires}.</source>
            <translation>Venció el {expires}.</translation>
        </message>
        <message>
            <source>F10 signs the shopper up.</source>
            <translation>F10 inscribe al cliente.</translation>
        </message>
        <message>
            <source>F10 signs them up with their mobile number.</source>
            <translation>F10 lo inscribe con su celular.</translation>
        </message>
        <message>
            <source>F5 tries again. A manager's PIN opens what is known here: F7.</source>
            <translation>F5 intenta de nuevo. El PIN de un gerente abre lo que se sabe aquí: F7.</translation>
        </message>
        <message>
            <source>F5 tries again. If it keeps happening, tell a manager.</source>
            <translation>F5 intenta de nuevo. Si sigue así, avise a un gerente.</translation>
        </message>
        <message>
            <source>F8 sends a new one.</source>
            <translation>F8 envía uno nuevo.</translation>
        </message>
        <message>
            <source>If it keeps happening, tell a manager.</source>
            <translation>Si sigue así, avise a un gerente.</translation>
        </message>
        <message>
            <source>Install that version again. Nothing was changed.</source>
            <translation>Instale esa versión de nuevo. No se cambió nada.</translation>
        </message>
        <message>
            <source>Is it the same person?</source>
            <translation>¿Es la misma persona?</translation>
        </message>
        <message>
            <source>It is on its way to AIQ.</source>
            <translation>Va en camino a AIQ.</translation>
        </message>
        <message>
            <source>It is saved, but what became of it could not be.</source>
            <translation>Está guardado, pero no se pudo anotar el resultado.</translation>
        </message>
        <message>
            <source>It is tried again by itself.</source>
            <translation>Se intenta de nuevo por sí solo.</translation>
        </message>
        <message>
            <source>It needs the patient's card.</source>
            <translation>Necesita la tarjeta del paciente.</translation>
        </message>
        <message>
            <source>It would be refused again. A manager can look in AIQ.</source>
            <translation>Se rechazaría otra vez. Un gerente puede revisarlo allí.</translation>
        </message>
        <message>
            <source>It would be refused again. Make the profile in the till.</source>
            <translation>Se rechazaría otra vez. Cree el perfil en el punto de venta.</translation>
        </message>
        <message>
            <source>Its disk may be full. Nothing was done.</source>
            <translation>Quizá el disco está lleno. No se hizo nada.</translation>
        </message>
        <message>
            <source>Its points come back once.</source>
            <translation>Sus puntos se devuelven una sola vez.</translation>
        </message>
        <message>
            <source>Look the number up again, and send a new code.</source>
            <translation>Busque el número de nuevo y envíe un código nuevo.</translation>
        </message>
        <message>
            <source>Look the number up again.</source>
            <translation>Busque el número de nuevo.</translation>
        </message>
        <message>
            <source>Look the shopper up.</source>
            <translation>Busque al cliente.</translation>
        </message>
        <message>
            <source>Look them up in the till.</source>
            <translation>Búsquelo en el punto de venta.</translation>
        </message>
        <message>
            <source>Loyalty is not allowed for this shopper in {state}.</source>
            <translation>En {state} este cliente no puede estar en el programa.</translation>
        </message>
        <message>
            <source>Month, day, year, such as 04/18/1990.</source>
            <translation>Mes, día, año, como 04/18/1990.</translation>
        </message>
        <message>
            <source>New code in {wait_seconds}.</source>
            <translation>Código nuevo en {wait_seconds}.</translation>
        </message>
        <message>
            <source>No code was sent to this shopper.</source>
            <translation>No se envió ningún código a este cliente.</translation>
        </message>
        <message>
            <source>No member with this number.</source>
            <translation>No hay ningún miembro con este número.</translation>
        </message>
        <message>
            <source>No phone has this number.</source>
            <translation>Ningún teléfono tiene este número.</translation>
        </message>
        <message>
            <source>No rows, no repetitions, no pattern on the pad.</source>
            <translation>Sin series, sin repeticiones, sin dibujos en el teclado.</translation>
        </message>
        <message>
            <source>Nobody can unlock their own PIN.</source>
            <translation>Nadie puede desbloquear su propio PIN.</translation>
        </message>
        <message>
            <source>Nobody has this birth date.</source>
            <translation>Esta fecha de nacimiento no es posible.</translation>
        </message>
        <message>
            <source>Nobody here has a PIN that can approve this.</source>
            <translation>Aquí nadie tiene un PIN que permita aprobar esto.</translation>
        </message>
        <message>
            <source>Nobody here has a PIN to sign in with.</source>
            <translation>Aquí nadie tiene un PIN para entrar.</translation>
        </message>
        <message>
            <source>Not a member yet, or blocked. F10 signs up.</source>
            <translation>Aún no es miembro, o está bloqueado. F10 inscribe.</translation>
        </message>
        <message>
            <source>Not old enough for loyalty here ({minimum_age}).</source>
            <translation>No tiene la edad mínima del programa ({minimum_age}).</translation>
        </message>
        <message>
            <source>Nothing can be redeemed without network here.</source>
            <translation>Aquí no se puede canjear nada sin conexión.</translation>
        </message>
        <message>
            <source>Nothing was taken.</source>
            <translation>No se descontó nada.</translation>
        </message>
        <message>
            <source>Only a manager or an owner with a PIN of their own can unlock.</source>
            <translation>Solo un gerente o un propietario con PIN propio puede desbloquear.</translation>
        </message>
        <message numerus="yes">
            <source>PIN not recognized. %n tries left.</source>
            <translation>
                <numerusform>PIN no reconocido. Queda %n intento.</numerusform>
                <numerusform>PIN no reconocido. Quedan %n intentos.</numerusform>
            </translation>
        </message>
        <message>
            <source>PIN not recognized. It is locked now.</source>
            <translation>PIN no reconocido. Ahora está bloqueado.</translation>
        </message>
        <message>
            <source>Put them back from a backup. Nothing was overwritten.</source>
            <translation>Recupérelos de una copia de seguridad. No se sobrescribió nada.</translation>
        </message>
        <message>
            <source>Redeem it anew, if the shopper wants it still.</source>
            <translation>Vuelva a canjearla si el cliente todavía la quiere.</translation>
        </message>
        <message numerus="yes">
            <source>Redeemed less than %n minutes ago.</source>
            <translation>
                <numerusform>Canjeado hace menos de %n minuto.</numerusform>
                <numerusform>Canjeado hace menos de %n minutos.</numerusform>
            </translation>
        </message>
        <message>
            <source>Several people use it: a manager asks AIQ to part them.</source>
            <translation>Lo usan varias personas: un gerente pide a AIQ que las separe.</translation>
        </message>
        <message>
            <source>Sign in the way the register was set up.</source>
            <translation>Inicie sesión como cuando se configuró la caja.</translation>
        </message>
        <message>
            <source>Sign in to this computer as the account that set the register up.</source>
            <translation>Inicie sesión en esta computadora con la cuenta que configuró la caja.</translation>
        </message>
        <message>
            <source>Sign in with your PIN.</source>
            <translation>Entre con su PIN.</translation>
        </message>
        <message>
            <source>Signed up here; AIQ has no wallet yet.</source>
            <translation>Inscrito aquí; AIQ aún no tiene su billetera.</translation>
        </message>
        <message>
            <source>Somebody else was added at this very moment.</source>
            <translation>En este mismo momento se agregó a otra persona.</translation>
        </message>
        <message>
            <source>Somebody has taken note of it already.</source>
            <translation>Alguien ya tomó nota de esto.</translation>
        </message>
        <message>
            <source>Somebody has this name already.</source>
            <translation>Alguien ya tiene este nombre.</translation>
        </message>
        <message>
            <source>That is not a birth date.</source>
            <translation>Esa no es una fecha de nacimiento.</translation>
        </message>
        <message>
            <source>That is not a phone number.</source>
            <translation>Ese no es un número de teléfono.</translation>
        </message>
        <message>
            <source>That is not an e-mail address.</source>
            <translation>Ese no es un correo electrónico.</translation>
        </message>
        <message numerus="yes">
            <source>That is not the code we sent. %n tries left.</source>
            <translation>
                <numerusform>Ese no es el código que enviamos. Queda %n intento.</numerusform>
                <numerusform>Ese no es el código que enviamos. Quedan %n intentos.</numerusform>
            </translation>
        </message>
        <message>
            <source>The balance is below zero.</source>
            <translation>El saldo está por debajo de cero.</translation>
        </message>
        <message>
            <source>The code has {digits} digits.</source>
            <translation>El código tiene {digits} dígitos.</translation>
        </message>
        <message>
            <source>The connection to {system} does not work.</source>
            <translation>La conexión con {system} no funciona.</translation>
        </message>
        <message>
            <source>The disk may be full. Do not do it again; a manager sees to it.</source>
            <translation>Quizá el disco esté lleno. No lo repita; un gerente se ocupa.</translation>
        </message>
        <message>
            <source>The first one may still arrive. F7 asks a manager.</source>
            <translation>El primero aún puede llegar. F7: PIN de gerente.</translation>
        </message>
        <message>
            <source>The key of this register's data is not there.</source>
            <translation>Falta la clave de los datos de esta caja.</translation>
        </message>
        <message>
            <source>The number alone opens the wallet.</source>
            <translation>Basta el número para abrir la billetera.</translation>
        </message>
        <message>
            <source>The points were spent meanwhile.</source>
            <translation>Mientras tanto se gastaron los puntos.</translation>
        </message>
        <message>
            <source>The sale goes on without a sign-up.</source>
            <translation>La venta sigue sin inscripción.</translation>
        </message>
        <message>
            <source>The sale goes on without it.</source>
            <translation>La venta sigue sin eso.</translation>
        </message>
        <message>
            <source>The shopper has to be verified first.</source>
            <translation>Primero hay que verificar al cliente.</translation>
        </message>
        <message>
            <source>The signature cannot be kept as it is.</source>
            <translation>La firma no se puede guardar así.</translation>
        </message>
        <message>
            <source>The text code is switched off.</source>
            <translation>El código por mensaje está desactivado.</translation>
        </message>
        <message>
            <source>The till</source>
            <translation>El punto de venta</translation>
        </message>
        <message>
            <source>The till knows {name}; AIQ does not list this number yet.</source>
            <translation>El punto de venta conoce a {name}; AIQ aún no muestra este número.</translation>
        </message>
        <message>
            <source>The till “{name}” is not connected any more.</source>
            <translation>El punto de venta “{name}” ya no está conectado.</translation>
        </message>
        <message>
            <source>The undo of “{name}” is not settled yet.</source>
            <translation>Todavía no consta que “{name}” se haya deshecho.</translation>
        </message>
        <message numerus="yes">
            <source>The wallet was read more than %n minutes ago.</source>
            <translation>
                <numerusform>La billetera se leyó hace más de %n minuto.</numerusform>
                <numerusform>La billetera se leyó hace más de %n minutos.</numerusform>
            </translation>
        </message>
        <message>
            <source>There is no such choice.</source>
            <translation>No existe esa opción.</translation>
        </message>
        <message>
            <source>There is nothing to undo.</source>
            <translation>No hay nada que deshacer.</translation>
        </message>
        <message>
            <source>This PIN cannot be used.</source>
            <translation>Este PIN no se puede usar.</translation>
        </message>
        <message>
            <source>This PIN is too easy to guess.</source>
            <translation>Este PIN es demasiado fácil de adivinar.</translation>
        </message>
        <message>
            <source>This card tells no shopper that is known here.</source>
            <translation>Esta tarjeta no es de ningún cliente conocido aquí.</translation>
        </message>
        <message>
            <source>This code has been used.</source>
            <translation>Este código ya se usó.</translation>
        </message>
        <message>
            <source>This code has expired.</source>
            <translation>Este código venció.</translation>
        </message>
        <message>
            <source>This computer cannot save anything now.</source>
            <translation>Esta computadora no puede guardar nada ahora.</translation>
        </message>
        <message>
            <source>This computer offers no secure storage for keys.</source>
            <translation>Esta computadora no ofrece un lugar seguro para las claves.</translation>
        </message>
        <message>
            <source>This computer's secure storage is locked.</source>
            <translation>El almacén seguro de esta computadora está bloqueado.</translation>
        </message>
        <message>
            <source>This has been undone already.</source>
            <translation>Esto ya se deshizo.</translation>
        </message>
        <message>
            <source>This holds invisible characters.</source>
            <translation>Esto contiene caracteres invisibles.</translation>
        </message>
        <message>
            <source>This is missing.</source>
            <translation>Falta este dato.</translation>
        </message>
        <message>
            <source>This is too long: {longest} characters fit.</source>
            <translation>Esto es demasiado largo: caben {longest} caracteres.</translation>
        </message>
        <message>
            <source>This number belongs to another shopper by now.</source>
            <translation>Este número ya pertenece a otro cliente.</translation>
        </message>
        <message>
            <source>This number belongs to {name}</source>
            <translation>Este número pertenece a {name}</translation>
        </message>
        <message>
            <source>This number cannot use points here.</source>
            <translation>Este número no puede usar puntos aquí.</translation>
        </message>
        <message>
            <source>This number is being signed up already.</source>
            <translation>Este número ya está en proceso de inscripción.</translation>
        </message>
        <message>
            <source>This number was signed up a moment ago.</source>
            <translation>Este número se inscribió hace un momento.</translation>
        </message>
        <message>
            <source>This person is not on the staff of this register.</source>
            <translation>Esta persona no está en el personal de esta caja.</translation>
        </message>
        <message>
            <source>This redemption did not happen.</source>
            <translation>Este canje no ocurrió.</translation>
        </message>
        <message>
            <source>This redemption is not known here.</source>
            <translation>Esta caja no conoce este canje.</translation>
        </message>
        <message>
            <source>This register has a staff already.</source>
            <translation>Esta caja ya tiene personal.</translation>
        </message>
        <message>
            <source>This register is not connected to AIQ yet.</source>
            <translation>Esta caja aún no está conectada a AIQ.</translation>
        </message>
        <message>
            <source>This register's files are damaged or missing.</source>
            <translation>Los archivos de esta caja están dañados o faltan.</translation>
        </message>
        <message>
            <source>This reward cannot be used now.</source>
            <translation>Esta recompensa no se puede usar ahora.</translation>
        </message>
        <message>
            <source>This reward is no longer in the wallet.</source>
            <translation>Esta recompensa ya no está en la billetera.</translation>
        </message>
        <message>
            <source>This role needs a PIN.</source>
            <translation>Este rol necesita un PIN.</translation>
        </message>
        <message>
            <source>This visit is over, so the wallet is closed.</source>
            <translation>Esta visita terminó; la billetera está cerrada.</translation>
        </message>
        <message numerus="yes">
            <source>This was redeemed more than %n minutes ago.</source>
            <translation>
                <numerusform>Esto se canjeó hace más de %n minuto.</numerusform>
                <numerusform>Esto se canjeó hace más de %n minutos.</numerusform>
            </translation>
        </message>
        <message>
            <source>This was taken back before it was sent.</source>
            <translation>Esto se retiró antes de enviarse.</translation>
        </message>
        <message>
            <source>To redeem it, open the wallet anew: with a new code or a PIN.</source>
            <translation>Para canjearla, abra la billetera de nuevo: con un código nuevo o un PIN.</translation>
        </message>
        <message>
            <source>Too many tries. Locked until {until} on this register.</source>
            <translation>Demasiados intentos. Bloqueado aquí hasta {until}</translation>
        </message>
        <message>
            <source>Too many wrong PINs.</source>
            <translation>Demasiados PIN equivocados.</translation>
        </message>
        <message>
            <source>Tries left before it is locked: {tries_left}.</source>
            <translation>Intentos restantes antes del bloqueo: {tries_left}.</translation>
        </message>
        <message>
            <source>Try again at {until}, or use a manager PIN: F7.</source>
            <translation>Intente de nuevo a {until}, o use un PIN de gerente: F7.</translation>
        </message>
        <message>
            <source>Try again in {wait_seconds}.</source>
            <translation>Intente de nuevo en {wait_seconds}.</translation>
        </message>
        <message>
            <source>Try again now.</source>
            <translation>Intente de nuevo ahora.</translation>
        </message>
        <message>
            <source>Try again when AIQ answers. Nothing was redeemed.</source>
            <translation>Intente de nuevo cuando AIQ responda. No se canjeó nada.</translation>
        </message>
        <message>
            <source>Type it again, or leave it out.</source>
            <translation>Escríbalo de nuevo o déjelo vacío.</translation>
        </message>
        <message>
            <source>Type it as on the shopper's ID.</source>
            <translation>Escríbalo como en la identificación del cliente.</translation>
        </message>
        <message>
            <source>Type it instead of pasting it.</source>
            <translation>Escríbalo en vez de pegarlo.</translation>
        </message>
        <message>
            <source>Type the phone number instead.</source>
            <translation>Escriba el número de teléfono.</translation>
        </message>
        <message>
            <source>Unlock it, then try again.</source>
            <translation>Desbloquéelo e intente otra vez.</translation>
        </message>
        <message>
            <source>Verify the shopper again.</source>
            <translation>Verifique de nuevo al cliente.</translation>
        </message>
        <message>
            <source>Wait for it a moment, then F8, or F7 for a manager's PIN.</source>
            <translation>Espérelo un momento; después F8, o F7 para el PIN de un gerente.</translation>
        </message>
        <message>
            <source>Wait until it is done, then try again.</source>
            <translation>Espere a que termine e intente otra vez.</translation>
        </message>
        <message>
            <source>Wait until it is known. Nothing was taken now.</source>
            <translation>Espere a que se sepa. Ahora no se descontó nada.</translation>
        </message>
        <message>
            <source>Wait until it is, then redeem it again. Nothing was taken now.</source>
            <translation>Espere a que conste y vuelva a canjearla. Ahora no se descontó nada.</translation>
        </message>
        <message>
            <source>What every PIN is checked with is missing from this computer's secure storage.</source>
            <translation>Falta en el almacén seguro de la computadora lo que sirve para comprobar los PIN.</translation>
        </message>
        <message>
            <source>Which one? Press 1 to {count}.</source>
            <translation>¿Cuál es? Presione 1 a {count}.</translation>
        </message>
        <message>
            <source>Without a yes nothing may be kept of a shopper in {state}.</source>
            <translation>En {state} no se puede guardar nada de un cliente sin su consentimiento.</translation>
        </message>
        <message>
            <source>Without network a reward may be worth {limit_cents} at most.</source>
            <translation>Sin conexión, una recompensa puede valer {limit_cents} como máximo.</translation>
        </message>
        <message>
            <source>Without network it takes a manager's PIN.</source>
            <translation>Sin conexión se necesita el PIN de un gerente.</translation>
        </message>
        <message>
            <source>Without network only rewards in dollars can be redeemed.</source>
            <translation>Sin conexión solo se pueden canjear recompensas en dólares.</translation>
        </message>
        <message>
            <source>You cannot approve your own wallet.</source>
            <translation>No puede aprobar su propia billetera.</translation>
        </message>
        <message>
            <source>{name} cannot approve this.</source>
            <translation>{name} no puede aprobar esto.</translation>
        </message>
        <message>
            <source>{points_short} points short.</source>
            <translation>Faltan {points_short} puntos.</translation>
        </message>
        <message>
            <source>{staff} redeemed this.</source>
            <translation>{staff} lo canjeó.</translation>
        </message>
        <message>
            <source>{system} asks for a pause.</source>
            <translation>{system} pide esperar un momento.</translation>
        </message>
        <message>
            <source>{system} does not answer.</source>
            <translation>{system} no responde.</translation>
        </message>
        <message>
            <source>{system} does not know this shopper any more.</source>
            <translation>{system} ya no conoce a este cliente.</translation>
        </message>
        <message>
            <source>{system} makes this profile only itself.</source>
            <translation>Solo {system} puede crear este perfil.</translation>
        </message>
        <message>
            <source>{system} needs more of the shopper: {missing}.</source>
            <translation>{system} necesita más datos del cliente: {missing}.</translation>
        </message>
        <message>
            <source>{system} said no.</source>
            <translation>{system} dijo que no.</translation>
        </message>
        <message>
            <source>{system}'s answer cannot be understood.</source>
            <translation>No se entendió la respuesta de {system}.</translation>
        </message>
        <message>
            <source>“{name}” is no longer in the wallet.</source>
            <translation>“{name}” ya no está en la billetera.</translation>
        </message>
        <message>
            <source>“{name}” was redeemed and undone meanwhile.</source>
            <translation>“{name}” se canjeó y se deshizo mientras tanto.</translation>
        </message>
        <message>
            <source>“{name}” was redeemed in this visit already.</source>
            <translation>“{name}” ya se canjeó en esta visita.</translation>
        </message>
    </context>
    <context>
        <name>Field</name>
        <message>
            <source>MM/DD/YYYY</source>
            <translation>MM/DD/AAAA</translation>
        </message>
        <message>
            <source>ZIP</source>
            <translation>código postal</translation>
        </message>
        <message>
            <source>birth date</source>
            <translation>fecha de nacimiento</translation>
        </message>
        <message>
            <source>city</source>
            <translation>ciudad</translation>
        </message>
        <message>
            <source>e-mail address</source>
            <translation>correo electrónico</translation>
        </message>
        <message>
            <source>first name</source>
            <translation>nombre</translation>
        </message>
        <message>
            <source>kind of shopper</source>
            <translation>tipo de cliente</translation>
        </message>
        <message>
            <source>last name</source>
            <translation>apellido</translation>
        </message>
        <message>
            <source>phone number</source>
            <translation>número de teléfono</translation>
        </message>
        <message>
            <source>state</source>
            <translation>estado</translation>
        </message>
        <message>
            <source>street address</source>
            <translation>calle y número</translation>
        </message>
    </context>
    <context>
        <name>FindPage</name>
        <message numerus="yes">
            <source>%n found</source>
            <translation>
                <numerusform>%n encontrado</numerusform>
                <numerusform>%n encontrados</numerusform>
            </translation>
        </message>
        <message>
            <source>Ask for the phone number.</source>
            <translation>Pida el número de teléfono.</translation>
        </message>
        <message>
            <source>Find by name</source>
            <translation>Buscar por nombre</translation>
        </message>
        <message>
            <source>First or last name</source>
            <translation>Nombre o apellido</translation>
        </message>
        <message>
            <source>More match than are shown: type more of the name.</source>
            <translation>Hay más coincidencias: escriba más del nombre.</translation>
        </message>
        <message>
            <source>New shopper</source>
            <translation>Nuevo cliente</translation>
        </message>
        <message>
            <source>Nobody by this name is known here.</source>
            <translation>Aquí no hay nadie con ese nombre.</translation>
        </message>
        <message>
            <source>Searches who is known at this register. AIQ goes by number only.</source>
            <translation>Busca entre los clientes de esta caja. AIQ solo busca por número.</translation>
        </message>
        <message>
            <source>Searching…</source>
            <translation>Buscando…</translation>
        </message>
    </context>
    <context>
        <name>Header</name>
        <message>
            <source>{name}, lock</source>
            <translation>{name}, bloquear</translation>
        </message>
    </context>
    <context>
        <name>Help</name>
        <message>
            <source>Choose a row of the list</source>
            <translation>Elegir una fila de la lista</translation>
        </message>
        <message>
            <source>Choose the marked row</source>
            <translation>Elegir la fila marcada</translation>
        </message>
        <message>
            <source>Close</source>
            <translation>Cerrar</translation>
        </message>
        <message>
            <source>Keys on this page</source>
            <translation>Teclas de esta página</translation>
        </message>
        <message>
            <source>What helps</source>
            <translation>Qué ayuda</translation>
        </message>
    </context>
    <context>
        <name>JoinedPage</name>
        <message>
            <source>AIQ may take up to 24 hours to list them.</source>
            <translation>AIQ puede tardar hasta 24 horas en mostrarlo.</translation>
        </message>
        <message>
            <source>AIQ refused this sign-up</source>
            <translation>AIQ rechazó esta inscripción</translation>
        </message>
        <message>
            <source>Attach it to the cart and finish the sale as always.</source>
            <translation>Agréguelo al carrito y termine la venta como siempre.</translation>
        </message>
        <message>
            <source>Did not join loyalty</source>
            <translation>No se unió al programa de lealtad</translation>
        </message>
        <message>
            <source>Joined loyalty</source>
            <translation>Se unió al programa de lealtad</translation>
        </message>
        <message>
            <source>Make the shopper's profile in the till, with this phone number.</source>
            <translation>Cree el perfil del cliente en el punto de venta, con este teléfono.</translation>
        </message>
        <message>
            <source>New shopper</source>
            <translation>Nuevo cliente</translation>
        </message>
        <message>
            <source>Next shopper</source>
            <translation>Siguiente cliente</translation>
        </message>
        <message>
            <source>Nothing was kept there.</source>
            <translation>Allí no se guardó nada.</translation>
        </message>
        <message>
            <source>Now in the till</source>
            <translation>Ahora en el punto de venta</translation>
        </message>
        <message>
            <source>Pending in AIQ</source>
            <translation>Pendiente en AIQ</translation>
        </message>
        <message>
            <source>Press Attach to Cart, and finish the sale as always.</source>
            <translation>Presione Attach to Cart y termine la venta como siempre.</translation>
        </message>
        <message>
            <source>Press the plus sign beside Guest.</source>
            <translation>Presione el signo más junto a Guest.</translation>
        </message>
        <message>
            <source>Saved here. It will be sent when the internet is back.</source>
            <translation>Guardado aquí. Se enviará al volver internet.</translation>
        </message>
        <message>
            <source>Search for the shopper by phone.</source>
            <translation>Busque al cliente por teléfono.</translation>
        </message>
        <message>
            <source>Signed up</source>
            <translation>Inscrito</translation>
        </message>
        <message>
            <source>Signed up; the till took no profile</source>
            <translation>Inscrito, pero sin perfil en el punto de venta</translation>
        </message>
        <message>
            <source>This purchase counts all the same.</source>
            <translation>Esta compra cuenta igual.</translation>
        </message>
        <message>
            <source>Without loyalty this purchase earns nothing.</source>
            <translation>Sin el programa, esta compra no suma puntos.</translation>
        </message>
        <message>
            <source>no marketing texts</source>
            <translation>sin mensajes de marketing</translation>
        </message>
        <message>
            <source>wants marketing texts</source>
            <translation>quiere mensajes de marketing</translation>
        </message>
    </context>
    <context>
        <name>LookupPage</name>
        <message numerus="yes">
            <source>%n more digits</source>
            <translation>
                <numerusform>Falta %n dígito</numerusform>
                <numerusform>Faltan %n dígitos</numerusform>
            </translation>
        </message>
        <message>
            <source>Ask AIQ</source>
            <translation>Consultar a AIQ</translation>
        </message>
        <message>
            <source>Asking AIQ…</source>
            <translation>Consultando a AIQ…</translation>
        </message>
        <message>
            <source>By name</source>
            <translation>Por nombre</translation>
        </message>
        <message>
            <source>Esc keeps what is known here; F7 is a manager's PIN.</source>
            <translation>Esc muestra lo que se sabe aquí; F7: PIN de gerente.</translation>
        </message>
        <message>
            <source>Esc stops asking; F10 signs up without it.</source>
            <translation>Esc deja de consultar; F10 inscribe sin AIQ.</translation>
        </message>
        <message>
            <source>F5 asks AIQ.</source>
            <translation>F5 consulta a AIQ.</translation>
        </message>
        <message>
            <source>F7 opens the wallet with a manager's PIN.</source>
            <translation>F7 abre la billetera con el PIN de un gerente.</translation>
        </message>
        <message>
            <source>From AIQ, {when}</source>
            <translation>Según AIQ, {when}</translation>
        </message>
        <message>
            <source>Manager PIN</source>
            <translation>PIN de gerente</translation>
        </message>
        <message>
            <source>New shopper</source>
            <translation>Nuevo cliente</translation>
        </message>
        <message>
            <source>Nobody is known here by it. F5 asks again, F10 signs up.</source>
            <translation>Aquí nadie tiene ese número. F5 consulta de nuevo, F10 inscribe.</translation>
        </message>
        <message>
            <source>Not a member yet. This purchase will not earn.</source>
            <translation>Aún no es miembro. Esta compra no suma puntos.</translation>
        </message>
        <message>
            <source>Not this shopper</source>
            <translation>No es este cliente</translation>
        </message>
        <message>
            <source>Nothing more is known of those who look alike; a manager can look in AIQ.</source>
            <translation>No se sabe más de quienes se ven iguales; un gerente puede revisarlo en AIQ.</translation>
        </message>
        <message>
            <source>Open wallet</source>
            <translation>Abrir billetera</translation>
        </message>
        <message>
            <source>Opening the wallet…</source>
            <translation>Abriendo la billetera…</translation>
        </message>
        <message>
            <source>Pending in AIQ</source>
            <translation>Pendiente en AIQ</translation>
        </message>
        <message>
            <source>Phone number</source>
            <translation>Número de teléfono</translation>
        </message>
        <message>
            <source>Scan license</source>
            <translation>Escanear licencia</translation>
        </message>
        <message>
            <source>Send code</source>
            <translation>Enviar código</translation>
        </message>
        <message>
            <source>Sign up</source>
            <translation>Inscribir</translation>
        </message>
        <message>
            <source>Signed up here; AIQ may take up to 24 hours to list them.</source>
            <translation>Inscrito aquí; AIQ puede tardar hasta 24 horas en mostrarlo.</translation>
        </message>
        <message>
            <source>Stop texts</source>
            <translation>Detener mensajes</translation>
        </message>
        <message>
            <source>Texts stopped</source>
            <translation>Mensajes detenidos</translation>
        </message>
        <message>
            <source>This may be old.</source>
            <translation>Estos datos pueden no estar al día.</translation>
        </message>
        <message>
            <source>This shopper stopped texts. A code may not arrive.</source>
            <translation>Este cliente detuvo los mensajes. El código podría no llegar.</translation>
        </message>
        <message>
            <source>Undo</source>
            <translation>Deshacer</translation>
        </message>
    </context>
    <context>
        <name>NumberPad</name>
        <message>
            <source>Backspace</source>
            <translation>Borrar</translation>
        </message>
        <message>
            <source>Enter</source>
            <translation>Enter</translation>
        </message>
    </context>
    <context>
        <name>Obstacle</name>
        <message>
            <source>Close</source>
            <translation>Cerrar</translation>
        </message>
        <message>
            <source>This register cannot open yet.</source>
            <translation>Esta caja aún no puede abrir.</translation>
        </message>
        <message>
            <source>Try again</source>
            <translation>Intentar de nuevo</translation>
        </message>
    </context>
    <context>
        <name>Offer</name>
        <message>
            <source>1 point</source>
            <translation>1 punto</translation>
        </message>
        <message>
            <source>Redeem “{name}” for {points}?</source>
            <translation>¿Canjear “{name}” por {points}?</translation>
        </message>
        <message>
            <source>Redeem “{name}”?</source>
            <translation>¿Canjear “{name}”?</translation>
        </message>
        <message>
            <source>Reward without a name</source>
            <translation>Recompensa sin nombre</translation>
        </message>
        <message>
            <source>Take {off} off for {points}?</source>
            <translation>¿Descontar {off} por {points}?</translation>
        </message>
        <message>
            <source>Take {off} off?</source>
            <translation>¿Descontar {off}?</translation>
        </message>
        <message>
            <source>Takes no points</source>
            <translation>No usa puntos</translation>
        </message>
        <message>
            <source>This takes $0 off. Use it anyway?</source>
            <translation>Descuenta $0. ¿Usarla de todos modos?</translation>
        </message>
        <message numerus="yes">
            <source>ends in %n days</source>
            <translation>
                <numerusform>termina en %n día</numerusform>
                <numerusform>termina en %n días</numerusform>
            </translation>
        </message>
        <message>
            <source>in store only</source>
            <translation>solo en la tienda</translation>
        </message>
        <message>
            <source>once</source>
            <translation>una sola vez</translation>
        </message>
        <message>
            <source>until {day}</source>
            <translation>hasta el {day}</translation>
        </message>
        <message>
            <source>{points} points</source>
            <translation>{points} puntos</translation>
        </message>
    </context>
    <context>
        <name>Out</name>
        <message>
            <source>Not this shopper</source>
            <translation>No es este cliente</translation>
        </message>
        <message>
            <source>Stop texts</source>
            <translation>Detener mensajes</translation>
        </message>
    </context>
    <context>
        <name>Panel</name>
        <message>
            <source>AIQ asks for a pause</source>
            <translation>AIQ pide esperar</translation>
        </message>
        <message>
            <source>AIQ takes three seconds</source>
            <translation>AIQ tarda tres segundos</translation>
        </message>
        <message>
            <source>AIQ's answer to the next redemption is lost</source>
            <translation>La respuesta de AIQ al próximo canje se pierde</translation>
        </message>
        <message>
            <source>Budtender's simulator</source>
            <translation>Simulador de Budtender</translation>
        </message>
        <message>
            <source>No message yet.</source>
            <translation>Aún no hay mensajes.</translation>
        </message>
        <message>
            <source>Numbers worth typing; a click copies</source>
            <translation>Números para probar; un clic copia</translation>
        </message>
        <message>
            <source>PIN {pin}</source>
            <translation>PIN {pin}</translation>
        </message>
        <message>
            <source>Shoppers' phones</source>
            <translation>Teléfonos de los clientes</translation>
        </message>
        <message>
            <source>The network is cut</source>
            <translation>La red está cortada</translation>
        </message>
        <message>
            <source>The shopper's own screen</source>
            <translation>La pantalla del cliente</translation>
        </message>
        <message>
            <source>What goes wrong</source>
            <translation>Qué puede fallar</translation>
        </message>
        <message>
            <source>What the shopper sees</source>
            <translation>Lo que ve el cliente</translation>
        </message>
        <message>
            <source>Who works here</source>
            <translation>Quién trabaja aquí</translation>
        </message>
        <message>
            <source>budtender</source>
            <translation>budtender</translation>
        </message>
        <message>
            <source>manager</source>
            <translation>gerente</translation>
        </message>
        <message>
            <source>owner</source>
            <translation>propietario</translation>
        </message>
        <message>
            <source>shift lead</source>
            <translation>encargado de turno</translation>
        </message>
        <message>
            <source>{number} is copied.</source>
            <translation>Se copió {number}.</translation>
        </message>
    </context>
    <context>
        <name>Progress</name>
        <message>
            <source>Downloading customers of {place}</source>
            <translation>Descargando clientes de {place}</translation>
        </message>
        <message numerus="yes">
            <source>Downloading from %n places</source>
            <translation>
                <numerusform>Descargando de %n lugar</numerusform>
                <numerusform>Descargando de %n lugares</numerusform>
            </translation>
        </message>
        <message>
            <source>Downloading from {place}</source>
            <translation>Descargando de {place}</translation>
        </message>
        <message>
            <source>Downloading products of {place}</source>
            <translation>Descargando productos de {place}</translation>
        </message>
        <message>
            <source>Downloading sales of {place}</source>
            <translation>Descargando ventas de {place}</translation>
        </message>
        <message>
            <source>Downloading shoppers of {place}</source>
            <translation>Descargando clientes de {place}</translation>
        </message>
        <message>
            <source>Downloading stock of {place}</source>
            <translation>Descargando existencias de {place}</translation>
        </message>
        <message numerus="yes">
            <source>Interrupted: download from %n places</source>
            <translation>
                <numerusform>Descarga interrumpida: %n lugar</numerusform>
                <numerusform>Descarga interrumpida: %n lugares</numerusform>
            </translation>
        </message>
        <message>
            <source>Interrupted: download from {place}</source>
            <translation>Descarga interrumpida: {place}</translation>
        </message>
        <message>
            <source>Pause</source>
            <translation>Pausar</translation>
        </message>
        <message numerus="yes">
            <source>Paused: download from %n places</source>
            <translation>
                <numerusform>Descarga en pausa: %n lugar</numerusform>
                <numerusform>Descarga en pausa: %n lugares</numerusform>
            </translation>
        </message>
        <message>
            <source>Paused: download from {place}</source>
            <translation>Descarga en pausa: {place}</translation>
        </message>
        <message>
            <source>Resume</source>
            <translation>Reanudar</translation>
        </message>
        <message>
            <source>The download is finished.</source>
            <translation>La descarga terminó.</translation>
        </message>
        <message numerus="yes">
            <source>about %n hours left</source>
            <translation>
                <numerusform>falta cerca de %n hora</numerusform>
                <numerusform>faltan cerca de %n horas</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>about %n minutes left</source>
            <translation>
                <numerusform>falta cerca de %n minuto</numerusform>
                <numerusform>faltan cerca de %n minutos</numerusform>
            </translation>
        </message>
        <message>
            <source>about a minute left</source>
            <translation>falta cerca de un minuto</translation>
        </message>
        <message>
            <source>resumes at {time}</source>
            <translation>se reanuda: {time}</translation>
        </message>
        <message>
            <source>resumes by itself</source>
            <translation>se reanuda sola</translation>
        </message>
        <message>
            <source>{rows} of {total}</source>
            <translation>{rows} de {total}</translation>
        </message>
        <message>
            <source>{rows} so far</source>
            <translation>{rows} hasta ahora</translation>
        </message>
    </context>
    <context>
        <name>Refusal</name>
        <message>
            <source>Alt+G once you have seen to it.</source>
            <translation>Alt+G cuando lo haya atendido.</translation>
        </message>
        <message>
            <source>Not carried out: {what}, saved {when}.</source>
            <translation>No se realizó: {what} ({when}).</translation>
        </message>
        <message>
            <source>Seen</source>
            <translation>Visto</translation>
        </message>
        <message numerus="yes">
            <source>There are %n more.</source>
            <translation>
                <numerusform>Hay %n más.</numerusform>
                <numerusform>Hay %n más.</numerusform>
            </translation>
        </message>
        <message>
            <source>a new phone or e-mail</source>
            <translation>un nuevo teléfono o correo electrónico</translation>
        </message>
        <message>
            <source>a sign-up</source>
            <translation>una inscripción</translation>
        </message>
        <message>
            <source>points to give back</source>
            <translation>puntos por devolver</translation>
        </message>
    </context>
    <context>
        <name>Reward</name>
        <message>
            <source>A tier reward: shown only</source>
            <translation>Recompensa de nivel: solo se muestra</translation>
        </message>
        <message>
            <source>AIQ gives no way to redeem it here</source>
            <translation>AIQ no ofrece forma de canjearla aquí</translation>
        </message>
        <message>
            <source>AIQ refused it in this visit; takes a new code</source>
            <translation>AIQ la rechazó en esta visita; pide un código nuevo</translation>
        </message>
        <message>
            <source>Ask AIQ first: F5</source>
            <translation>Primero consulte a AIQ: F5</translation>
        </message>
        <message>
            <source>Dollars and percent at once; a manager has to fix it in AIQ</source>
            <translation>Dólares y porcentaje a la vez; un gerente tiene que corregirlo en AIQ</translation>
        </message>
        <message>
            <source>Expired on {expires}</source>
            <translation>Venció el {expires}</translation>
        </message>
        <message>
            <source>Its address is not AIQ's; tell a manager</source>
            <translation>Su dirección no es de AIQ; avise a un gerente</translation>
        </message>
        <message>
            <source>Its undo is not settled yet</source>
            <translation>Todavía no consta que se haya deshecho</translation>
        </message>
        <message>
            <source>Its value lies in the till, and it is not linked there</source>
            <translation>Su valor está en el punto de venta y no está enlazada allí</translation>
        </message>
        <message>
            <source>Not available offline</source>
            <translation>No disponible sin conexión</translation>
        </message>
        <message>
            <source>Not available to this shopper now</source>
            <translation>No disponible ahora para este cliente</translation>
        </message>
        <message>
            <source>Not linked to {till}</source>
            <translation>No enlazada con {till}</translation>
        </message>
        <message>
            <source>Over {limit_cents}, the limit without network: takes a PIN</source>
            <translation>Más de {limit_cents}, el límite sin conexión: requiere un PIN</translation>
        </message>
        <message>
            <source>Redeemed in this visit</source>
            <translation>Canjeada en esta visita</translation>
        </message>
        <message>
            <source>The balance is below zero</source>
            <translation>El saldo está por debajo de cero</translation>
        </message>
        <message>
            <source>The wallet was read too long ago</source>
            <translation>La billetera se leyó hace demasiado tiempo</translation>
        </message>
        <message>
            <source>Without network it takes a manager's PIN</source>
            <translation>Sin conexión se necesita el PIN de un gerente</translation>
        </message>
        <message>
            <source>Without network only dollars can be taken off</source>
            <translation>Sin conexión solo se pueden descontar dólares</translation>
        </message>
        <message>
            <source>{points_short} points short</source>
            <translation>Faltan {points_short} puntos</translation>
        </message>
    </context>
    <context>
        <name>Ribbon</name>
        <message>
            <source>Training. Nothing is real.</source>
            <translation>Práctica. Nada es real.</translation>
        </message>
    </context>
    <context>
        <name>Shell</name>
        <message>
            <source>Budtender goes on here.</source>
            <translation>Budtender sigue aquí.</translation>
        </message>
    </context>
    <context>
        <name>Sign</name>
        <message>
            <source>Member</source>
            <translation>Miembro</translation>
        </message>
    </context>
    <context>
        <name>SignInPage</name>
        <message>
            <source>A manager types their own PIN.</source>
            <translation>Un gerente escribe su propio PIN.</translation>
        </message>
        <message>
            <source>A manager unlocks</source>
            <translation>Desbloquear con un gerente</translation>
        </message>
        <message>
            <source>Begin</source>
            <translation>Comenzar</translation>
        </message>
        <message>
            <source>Checking…</source>
            <translation>Comprobando…</translation>
        </message>
        <message>
            <source>Locked while idle. Nothing was lost.</source>
            <translation>Bloqueado por inactividad. No se perdió nada.</translation>
        </message>
        <message>
            <source>No internet. Signing in works all the same.</source>
            <translation>Sin internet. Puede entrar igual.</translation>
        </message>
        <message>
            <source>PIN</source>
            <translation>PIN</translation>
        </message>
        <message>
            <source>PIN again</source>
            <translation>PIN otra vez</translation>
        </message>
        <message>
            <source>PINs are checked on this computer.</source>
            <translation>Los PIN se comprueban en esta computadora.</translation>
        </message>
        <message>
            <source>Sign in</source>
            <translation>Entrar</translation>
        </message>
        <message>
            <source>Signing in is open again.</source>
            <translation>Ya se puede entrar de nuevo.</translation>
        </message>
        <message>
            <source>The first person is the owner. Choose a PIN of 6 to 12 digits that nobody else knows.</source>
            <translation>La primera persona es la propietaria. Elija un PIN de 6 a 12 dígitos que nadie más sepa.</translation>
        </message>
        <message>
            <source>The two PINs differ.</source>
            <translation>Los dos PIN son distintos.</translation>
        </message>
        <message>
            <source>Type your PIN.</source>
            <translation>Escriba su PIN.</translation>
        </message>
        <message>
            <source>Unlock</source>
            <translation>Desbloquear</translation>
        </message>
        <message>
            <source>Unlock signing in</source>
            <translation>Desbloquear el acceso</translation>
        </message>
        <message>
            <source>Who is here?</source>
            <translation>¿Quién está aquí?</translation>
        </message>
        <message>
            <source>Who owns this register?</source>
            <translation>¿De quién es esta caja?</translation>
        </message>
        <message>
            <source>Your name</source>
            <translation>Su nombre</translation>
        </message>
        <message>
            <source>{names} can unlock it.</source>
            <translation>Quién puede desbloquear: {names}.</translation>
        </message>
        <message>
            <source>{name} works here now.</source>
            <translation>{name} trabaja aquí ahora.</translation>
        </message>
    </context>
    <context>
        <name>SignUpPage</name>
        <message>
            <source>A manager moves the number in AIQ first.</source>
            <translation>Un gerente cambia primero el número en AIQ.</translation>
        </message>
        <message>
            <source>Ask for another one. Nothing of it was kept.</source>
            <translation>Pida otra. No se guardó nada de ella.</translation>
        </message>
        <message>
            <source>Ask for it, or Enter goes on without a profile there.</source>
            <translation>Pídalo, o Enter sigue sin perfil allí.</translation>
        </message>
        <message>
            <source>Birth date</source>
            <translation>Fecha de nacimiento</translation>
        </message>
        <message>
            <source>Checking…</source>
            <translation>Comprobando…</translation>
        </message>
        <message>
            <source>City</source>
            <translation>Ciudad</translation>
        </message>
        <message>
            <source>Compare the birth date with the ID. If it is right, Enter.</source>
            <translation>Compare la fecha de nacimiento con la identificación. Si es correcta, Enter.</translation>
        </message>
        <message>
            <source>Continue to consent</source>
            <translation>Continuar al consentimiento</translation>
        </message>
        <message>
            <source>Continue without a profile in the till</source>
            <translation>Continuar sin perfil en el punto de venta</translation>
        </message>
        <message>
            <source>E-mail (optional)</source>
            <translation>Correo (opcional)</translation>
        </message>
        <message>
            <source>E-mail, for the till</source>
            <translation>Correo, para el punto de venta</translation>
        </message>
        <message>
            <source>Esc goes back to the form.</source>
            <translation>Esc vuelve al formulario.</translation>
        </message>
        <message>
            <source>First name</source>
            <translation>Nombre</translation>
        </message>
        <message>
            <source>Here a scan may only tell an age: type the name and birth date as on the ID.</source>
            <translation>Aquí el escaneo solo comprueba la edad: escriba el nombre y la fecha de nacimiento como en la identificación.</translation>
        </message>
        <message>
            <source>Is it this person, with a new number?</source>
            <translation>¿Es esta persona, con un número nuevo?</translation>
        </message>
        <message>
            <source>It is the same person: open their wallet</source>
            <translation>Es la misma persona: abrir su billetera</translation>
        </message>
        <message>
            <source>Last name</source>
            <translation>Apellido</translation>
        </message>
        <message>
            <source>New shopper</source>
            <translation>Nuevo cliente</translation>
        </message>
        <message>
            <source>No, somebody else: continue</source>
            <translation>No, es otra persona: continuar</translation>
        </message>
        <message>
            <source>Nothing is kept of the person they look after.</source>
            <translation>No se guarda nada de la persona a su cuidado.</translation>
        </message>
        <message>
            <source>Nothing was saved here.</source>
            <translation>Aquí no se guardó nada.</translation>
        </message>
        <message>
            <source>Old enough.</source>
            <translation>Edad suficiente.</translation>
        </message>
        <message>
            <source>Or type what it says.</source>
            <translation>O escriba lo que dice.</translation>
        </message>
        <message>
            <source>Phone number</source>
            <translation>Número de teléfono</translation>
        </message>
        <message>
            <source>Scan license</source>
            <translation>Escanear licencia</translation>
        </message>
        <message>
            <source>Scan the back of the license.</source>
            <translation>Escanee el reverso de la licencia.</translation>
        </message>
        <message>
            <source>Sign up</source>
            <translation>Inscribir</translation>
        </message>
        <message>
            <source>Sign up the caregiver: their own number, name and birth date.</source>
            <translation>Inscriba al cuidador con su propio número, nombre y fecha de nacimiento.</translation>
        </message>
        <message>
            <source>State</source>
            <translation>Estado</translation>
        </message>
        <message>
            <source>Store</source>
            <translation>Tienda</translation>
        </message>
        <message>
            <source>Street address, for the profile in the till</source>
            <translation>Dirección, para el perfil en el punto de venta</translation>
        </message>
        <message>
            <source>The birth date is right</source>
            <translation>La fecha es correcta</translation>
        </message>
        <message>
            <source>The number moved to a new person: a manager decides in AIQ</source>
            <translation>El número pasó a otra persona: un gerente decide en AIQ</translation>
        </message>
        <message>
            <source>The till</source>
            <translation>El punto de venta</translation>
        </message>
        <message>
            <source>This ID expired on {day}.</source>
            <translation>Esta identificación venció el {day}.</translation>
        </message>
        <message>
            <source>This license cannot be read.</source>
            <translation>Esta licencia no se puede leer.</translation>
        </message>
        <message>
            <source>Type what it says.</source>
            <translation>Escriba lo que dice la licencia.</translation>
        </message>
        <message>
            <source>Typed wrong: back to the number</source>
            <translation>Mal escrito: corregir el número</translation>
        </message>
        <message>
            <source>Which store is theirs?</source>
            <translation>¿Cuál es su tienda?</translation>
        </message>
        <message>
            <source>Yes, {name}: a manager changes the number</source>
            <translation>Sí, {name}: un gerente cambia el número</translation>
        </message>
        <message>
            <source>ZIP</source>
            <translation>Código postal</translation>
        </message>
        <message>
            <source>{till} needs an e-mail address for a profile.</source>
            <translation>{till} necesita un correo para el perfil.</translation>
        </message>
    </context>
    <context>
        <name>Slip</name>
        <message>
            <source>Apply “{name}” in {till}. Discount ID: {id}</source>
            <translation>Aplique “{name}” en {till}. ID del descuento: {id}</translation>
        </message>
        <message>
            <source>Enter it in {till} by hand.</source>
            <translation>Ingréselo a mano en {till}.</translation>
        </message>
        <message>
            <source>Saved at this register; AIQ is told when it can be reached.</source>
            <translation>Guardado en esta caja; se avisará a AIQ cuando responda.</translation>
        </message>
        <message>
            <source>TRAINING. Nothing is real.</source>
            <translation>PRÁCTICA. Nada es real.</translation>
        </message>
        <message>
            <source>the till</source>
            <translation>el punto de venta</translation>
        </message>
        <message>
            <source>{points} remain.</source>
            <translation>Quedan {points}.</translation>
        </message>
    </context>
    <context>
        <name>Slow</name>
        <message>
            <source>AIQ is slow. {way}</source>
            <translation>AIQ está lento. {way}</translation>
        </message>
        <message>
            <source>AIQ is slow…</source>
            <translation>AIQ está lento…</translation>
        </message>
        <message>
            <source>Esc leaves it; it goes on by itself.</source>
            <translation>Puede salir con Esc; el envío continúa.</translation>
        </message>
        <message>
            <source>One moment…</source>
            <translation>Un momento…</translation>
        </message>
    </context>
    <context>
        <name>StopPage</name>
        <message>
            <source>AIQ refused to stop the texts.</source>
            <translation>AIQ no aceptó detener los mensajes.</translation>
        </message>
        <message>
            <source>Back</source>
            <translation>Atrás</translation>
        </message>
        <message>
            <source>Back to the wallet</source>
            <translation>Volver a la billetera</translation>
        </message>
        <message>
            <source>Home</source>
            <translation>Inicio</translation>
        </message>
        <message>
            <source>It is kept here. A manager has to stop them in AIQ.</source>
            <translation>Queda guardado aquí. Un gerente tiene que detenerlos en AIQ.</translation>
        </message>
        <message>
            <source>Marketing texts stop at once. Codes may stop arriving too.</source>
            <translation>Los mensajes de marketing se detienen de inmediato. Los códigos también podrían dejar de llegar.</translation>
        </message>
        <message>
            <source>New shopper</source>
            <translation>Nuevo cliente</translation>
        </message>
        <message>
            <source>No more texts for this shopper?</source>
            <translation>¿Dejar de enviar mensajes a este cliente?</translation>
        </message>
        <message>
            <source>Not this shopper</source>
            <translation>No es este cliente</translation>
        </message>
        <message>
            <source>Saved here. It will be sent first when AIQ answers.</source>
            <translation>Guardado aquí. Se enviará primero cuando AIQ responda.</translation>
        </message>
        <message>
            <source>Saving…</source>
            <translation>Guardando…</translation>
        </message>
        <message>
            <source>Shopper</source>
            <translation>Cliente</translation>
        </message>
        <message>
            <source>Stop texts</source>
            <translation>Detener mensajes</translation>
        </message>
        <message>
            <source>Texts stopped for this shopper.</source>
            <translation>Mensajes detenidos para este cliente.</translation>
        </message>
        <message>
            <source>Try again</source>
            <translation>Intentar de nuevo</translation>
        </message>
    </context>
    <context>
        <name>Store</name>
        <message>
            <source>Choose a store</source>
            <translation>Elegir tienda</translation>
        </message>
        <message>
            <source>Store: {name}</source>
            <translation>Tienda: {name}</translation>
        </message>
    </context>
    <context>
        <name>Time</name>
        <message>
            <source>yesterday, {time}</source>
            <translation>ayer, {time}</translation>
        </message>
        <message>
            <source>{day}, {time}</source>
            <translation>{day}, {time}</translation>
        </message>
    </context>
    <context>
        <name>Title</name>
        <message>
            <source>Simulator</source>
            <translation>Simulador</translation>
        </message>
        <message>
            <source>The shoppers, AIQ and the till. Nothing is real.</source>
            <translation>Los clientes, AIQ y el punto de venta. Nada es real.</translation>
        </message>
    </context>
    <context>
        <name>Toggle</name>
        <message>
            <source>Off</source>
            <translation>No</translation>
        </message>
        <message>
            <source>On</source>
            <translation>Sí</translation>
        </message>
    </context>
    <context>
        <name>Tray</name>
        <message>
            <source>Always on top</source>
            <translation>Siempre visible</translation>
        </message>
        <message>
            <source>Lock</source>
            <translation>Bloquear</translation>
        </message>
        <message>
            <source>Narrow panel at the edge</source>
            <translation>Panel angosto al borde</translation>
        </message>
        <message>
            <source>Open at log-in</source>
            <translation>Abrir al iniciar sesión</translation>
        </message>
        <message>
            <source>Quit</source>
            <translation>Salir</translation>
        </message>
        <message>
            <source>Show Budtender</source>
            <translation>Mostrar Budtender</translation>
        </message>
    </context>
    <context>
        <name>UndoPage</name>
        <message>
            <source>A manager can undo it with a PIN: F7.</source>
            <translation>Un gerente puede deshacerlo con un PIN: F7.</translation>
        </message>
        <message>
            <source>AIQ did not give the points back. A manager has to decide.</source>
            <translation>AIQ no devolvió los puntos. Un gerente tiene que decidir.</translation>
        </message>
        <message>
            <source>AIQ's answer was lost. It is being checked; do not repeat it.</source>
            <translation>AIQ no confirmó. Se está comprobando; no lo repita.</translation>
        </message>
        <message>
            <source>Another reason</source>
            <translation>Otro motivo</translation>
        </message>
        <message>
            <source>Back</source>
            <translation>Atrás</translation>
        </message>
        <message>
            <source>Back to the wallet</source>
            <translation>Volver a la billetera</translation>
        </message>
        <message>
            <source>Could not be applied in the till</source>
            <translation>No se pudo aplicar en el punto de venta</translation>
        </message>
        <message>
            <source>Give {points} back?</source>
            <translation>¿Devolver {points}?</translation>
        </message>
        <message>
            <source>Home</source>
            <translation>Inicio</translation>
        </message>
        <message>
            <source>Manager PIN</source>
            <translation>PIN de gerente</translation>
        </message>
        <message>
            <source>New shopper</source>
            <translation>Nuevo cliente</translation>
        </message>
        <message>
            <source>Next</source>
            <translation>Siguiente</translation>
        </message>
        <message>
            <source>Not this shopper</source>
            <translation>No es este cliente</translation>
        </message>
        <message>
            <source>Nothing was redeemed here lately.</source>
            <translation>No hay canjes recientes aquí.</translation>
        </message>
        <message>
            <source>Nothing was undone. Esc goes back.</source>
            <translation>No se deshizo nada. Esc vuelve.</translation>
        </message>
        <message>
            <source>Reason</source>
            <translation>Motivo</translation>
        </message>
        <message>
            <source>Reason: {reason}</source>
            <translation>Motivo: {reason}</translation>
        </message>
        <message>
            <source>Remove “{name}” in {till} too.</source>
            <translation>Quite “{name}” también en {till}.</translation>
        </message>
        <message>
            <source>Saved here. {points} come back when the internet is back.</source>
            <translation>Guardado aquí. Se devolverán {points} al volver internet.</translation>
        </message>
        <message>
            <source>Sending…</source>
            <translation>Enviando…</translation>
        </message>
        <message>
            <source>Stop texts</source>
            <translation>Detener mensajes</translation>
        </message>
        <message>
            <source>The shopper changed their mind</source>
            <translation>El cliente cambió de opinión</translation>
        </message>
        <message>
            <source>The time to undo it is over.</source>
            <translation>Ya pasó el plazo para deshacerlo.</translation>
        </message>
        <message>
            <source>Type the reason.</source>
            <translation>Escriba el motivo.</translation>
        </message>
        <message>
            <source>Undo</source>
            <translation>Deshacer</translation>
        </message>
        <message>
            <source>Undo a redemption</source>
            <translation>Deshacer un canje</translation>
        </message>
        <message>
            <source>Undo which redemption?</source>
            <translation>¿Qué canje quiere deshacer?</translation>
        </message>
        <message>
            <source>Undone. Nothing had been sent, and nothing will be.</source>
            <translation>Deshecho. No se había enviado nada, y nada se enviará.</translation>
        </message>
        <message>
            <source>Undone. {points} are back.</source>
            <translation>Deshecho. Volvieron {points}.</translation>
        </message>
        <message>
            <source>Why?</source>
            <translation>¿Por qué?</translation>
        </message>
        <message>
            <source>Wrong reward</source>
            <translation>Recompensa equivocada</translation>
        </message>
        <message>
            <source>Wrong shopper</source>
            <translation>Cliente equivocado</translation>
        </message>
        <message>
            <source>takes a manager's PIN</source>
            <translation>requiere PIN de gerente</translation>
        </message>
        <message>
            <source>the till</source>
            <translation>el punto de venta</translation>
        </message>
        <message>
            <source>undone at {time}</source>
            <translation>deshecho a {time}</translation>
        </message>
        <message>
            <source>{left} left</source>
            <translation>quedan {left}</translation>
        </message>
        <message>
            <source>{name} redeemed this.</source>
            <translation>{name} lo canjeó.</translation>
        </message>
    </context>
    <context>
        <name>VerifyPage</name>
        <message numerus="yes">
            <source>%n tries left.</source>
            <translation>
                <numerusform>Queda %n intento.</numerusform>
                <numerusform>Quedan %n intentos.</numerusform>
            </translation>
        </message>
        <message>
            <source>A manager's PIN opens the wallet without a code: F7.</source>
            <translation>El PIN de un gerente abre la billetera sin código: F7.</translation>
        </message>
        <message>
            <source>AIQ cannot be reached, so no text.</source>
            <translation>Sin conexión con AIQ no se pueden enviar códigos.</translation>
        </message>
        <message>
            <source>AIQ does not take this code.</source>
            <translation>AIQ no acepta este código.</translation>
        </message>
        <message>
            <source>An answer about it was lost before, so it may be used up. Type it again, or F8 for a new one.</source>
            <translation>Antes se perdió una respuesta sobre él, así que puede estar usado. Escríbalo otra vez, o F8 para uno nuevo.</translation>
        </message>
        <message>
            <source>Ask: may we text you a code?</source>
            <translation>¿Le enviamos un código por mensaje?</translation>
        </message>
        <message>
            <source>Asked for at {time}.</source>
            <translation>Pedido a {time}</translation>
        </message>
        <message>
            <source>Checking…</source>
            <translation>Comprobando…</translation>
        </message>
        <message>
            <source>Code from the text message</source>
            <translation>Código del mensaje de texto</translation>
        </message>
        <message>
            <source>Code sent to {phone}</source>
            <translation>Código enviado a {phone}</translation>
        </message>
        <message>
            <source>Is the number right? Alt+N goes back.</source>
            <translation>¿Es correcto el número? Alt+N vuelve.</translation>
        </message>
        <message>
            <source>Manager PIN</source>
            <translation>PIN de gerente</translation>
        </message>
        <message>
            <source>New code in {wait}.</source>
            <translation>Código nuevo en {wait}.</translation>
        </message>
        <message>
            <source>New shopper</source>
            <translation>Nuevo cliente</translation>
        </message>
        <message>
            <source>Not received a text message?</source>
            <translation>¿No recibió un mensaje?</translation>
        </message>
        <message>
            <source>Not this shopper</source>
            <translation>No es este cliente</translation>
        </message>
        <message>
            <source>Phone off, or no signal? Try F8 in a moment.</source>
            <translation>¿Teléfono apagado o sin señal? Pruebe F8 en un momento.</translation>
        </message>
        <message>
            <source>Resend code</source>
            <translation>Reenviar código</translation>
        </message>
        <message>
            <source>Send a new code</source>
            <translation>Reenviar código</translation>
        </message>
        <message>
            <source>Send code</source>
            <translation>Enviar código</translation>
        </message>
        <message>
            <source>Sending…</source>
            <translation>Enviando…</translation>
        </message>
        <message>
            <source>Sent at {time}.</source>
            <translation>Enviado a {time}</translation>
        </message>
        <message>
            <source>Stop texts</source>
            <translation>Detener mensajes</translation>
        </message>
        <message>
            <source>Texts stopped, or blocked by the carrier? Manager PIN: F7.</source>
            <translation>¿Mensajes detenidos o bloqueados por el operador? PIN de gerente: F7.</translation>
        </message>
        <message>
            <source>The code has {digits} digits.</source>
            <translation>El código tiene {digits} dígitos.</translation>
        </message>
        <message>
            <source>Try again</source>
            <translation>Intentar de nuevo</translation>
        </message>
        <message>
            <source>Use a manager's PIN: F7.</source>
            <translation>Use el PIN de un gerente: F7.</translation>
        </message>
        <message>
            <source>Verify with a code</source>
            <translation>Verificar con un código</translation>
        </message>
    </context>
    <context>
        <name>VisitPage</name>
        <message>
            <source>New shopper</source>
            <translation>Nuevo cliente</translation>
        </message>
        <message>
            <source>Not this shopper</source>
            <translation>No es este cliente</translation>
        </message>
        <message>
            <source>Stop texts</source>
            <translation>Detener mensajes</translation>
        </message>
        <message>
            <source>The wallet stays open.</source>
            <translation>La billetera sigue abierta.</translation>
        </message>
    </context>
    <context>
        <name>Wallet</name>
        <message numerus="yes">
            <source>%n changes are not in AIQ's balance yet.</source>
            <translation>
                <numerusform>%n cambio aún no está en el saldo de AIQ.</numerusform>
                <numerusform>%n cambios aún no están en el saldo de AIQ.</numerusform>
            </translation>
        </message>
        <message>
            <source>A manager can go on with a PIN: F7.</source>
            <translation>Un gerente puede continuar con un PIN: F7.</translation>
        </message>
        <message>
            <source>AIQ cannot be reached.</source>
            <translation>No hay conexión con AIQ.</translation>
        </message>
        <message>
            <source>Already counted in the figures above.</source>
            <translation>Ya está contado en las cifras de arriba.</translation>
        </message>
        <message>
            <source>Balance as of {when}.</source>
            <translation>Última consulta del saldo: {when}</translation>
        </message>
        <message>
            <source>Balance is {points}.</source>
            <translation>El saldo es {points}.</translation>
        </message>
        <message>
            <source>Enter signs them up.</source>
            <translation>Enter lo inscribe.</translation>
        </message>
        <message>
            <source>F5 asks AIQ.</source>
            <translation>F5 consulta a AIQ.</translation>
        </message>
        <message>
            <source>No balance is known.</source>
            <translation>No se conoce el saldo.</translation>
        </message>
        <message>
            <source>No reward can be used now.</source>
            <translation>Ahora no se puede usar ninguna recompensa.</translation>
        </message>
        <message>
            <source>No rewards yet.</source>
            <translation>Aún no hay recompensas.</translation>
        </message>
        <message>
            <source>Not a member yet. This purchase will not earn.</source>
            <translation>Aún no es miembro. Esta compra no suma puntos.</translation>
        </message>
        <message>
            <source>Nothing can be redeemed now. Earning goes on.</source>
            <translation>Ahora no se puede canjear nada. Sigue acumulando.</translation>
        </message>
        <message>
            <source>Nothing can be redeemed until it answers. F5 tries again.</source>
            <translation>No se puede canjear nada hasta que responda. F5 intenta de nuevo.</translation>
        </message>
        <message>
            <source>Older sales were added from the till's archive since {day}; AIQ evens most out.</source>
            <translation>Desde el {day} se añaden ventas antiguas del archivo del punto de venta; AIQ corrige la mayoría.</translation>
        </message>
        <message>
            <source>Points are not shown in this state.</source>
            <translation>En este estado no se muestran los puntos.</translation>
        </message>
        <message>
            <source>Points come from AIQ; newer sales of this till are not among them.</source>
            <translation>Los puntos vienen de AIQ, sin las ventas más recientes.</translation>
        </message>
        <message numerus="yes">
            <source>Redeemed %n minutes ago on another register.</source>
            <translation>
                <numerusform>Canjeado hace %n minuto en otra caja.</numerusform>
                <numerusform>Canjeado hace %n minutos en otra caja.</numerusform>
            </translation>
        </message>
        <message>
            <source>Rewards up to {limit} can be redeemed; they are sent later.</source>
            <translation>Se pueden canjear recompensas de hasta {limit}; se envían después.</translation>
        </message>
        <message>
            <source>Rewards up to {limit} with a manager's PIN: F7.</source>
            <translation>Recompensas de hasta {limit} con el PIN de un gerente: F7.</translation>
        </message>
        <message>
            <source>{points} to “{name}”.</source>
            <translation>{points} para “{name}”.</translation>
        </message>
        <message>
            <source>{till} has been frozen since {day}; its last backup is used.</source>
            <translation>{till} está congelado desde el {day}; se usa su copia.</translation>
        </message>
        <message>
            <source>{till} is no longer asked; its last backup is used.</source>
            <translation>Ya no se consulta a {till}; se usa su última copia.</translation>
        </message>
    </context>
    <context>
        <name>WalletPage</name>
        <message numerus="yes">
            <source>%n rewards can be used.</source>
            <translation>
                <numerusform>Se puede usar %n recompensa.</numerusform>
                <numerusform>Se pueden usar %n recompensas.</numerusform>
            </translation>
        </message>
        <message>
            <source>A manager's PIN opens it again: F7.</source>
            <translation>El PIN de un gerente la abre de nuevo: F7.</translation>
        </message>
        <message>
            <source>Approved by {name}</source>
            <translation>Aprobado por {name}</translation>
        </message>
        <message>
            <source>Ask AIQ</source>
            <translation>Consultar a AIQ</translation>
        </message>
        <message>
            <source>Esc keeps what is known here; F7 is a manager's PIN.</source>
            <translation>Esc muestra lo que se sabe aquí; F7: PIN de gerente.</translation>
        </message>
        <message>
            <source>Keep open</source>
            <translation>Mantener abierta</translation>
        </message>
        <message>
            <source>Manager PIN</source>
            <translation>PIN de gerente</translation>
        </message>
        <message>
            <source>Next shopper</source>
            <translation>Siguiente cliente</translation>
        </message>
        <message>
            <source>Refreshing…</source>
            <translation>Actualizando…</translation>
        </message>
        <message>
            <source>Rewards</source>
            <translation>Recompensas</translation>
        </message>
        <message>
            <source>Sign up</source>
            <translation>Inscribir</translation>
        </message>
        <message numerus="yes">
            <source>The wallet closes in %n seconds.</source>
            <translation>
                <numerusform>La billetera se cierra en %n segundo.</numerusform>
                <numerusform>La billetera se cierra en %n segundos.</numerusform>
            </translation>
        </message>
        <message>
            <source>This visit is over, so the wallet is closed.</source>
            <translation>Esta visita terminó; la billetera está cerrada.</translation>
        </message>
        <message>
            <source>Undo</source>
            <translation>Deshacer</translation>
        </message>
        <message>
            <source>Verify again</source>
            <translation>Verificar de nuevo</translation>
        </message>
        <message>
            <source>Verify the shopper again.</source>
            <translation>Verifique de nuevo al cliente.</translation>
        </message>
        <message>
            <source>Wallet of {name}.</source>
            <translation>Billetera de {name}.</translation>
        </message>
    </context>
    <context>
        <name>WholeNumber</name>
        <message>
            <source>Mask the number</source>
            <translation>Ocultar el número</translation>
        </message>
        <message>
            <source>The whole number is shown: {number}. It is written down who saw it.</source>
            <translation>Se muestra el número completo: {number}. Queda registrado quién lo vio.</translation>
        </message>
        <message>
            <source>Viewing is logged</source>
            <translation>Queda registrado</translation>
        </message>
        <message>
            <source>Whole number</source>
            <translation>Número completo</translation>
        </message>
    </context>
    <context>
        <name>Window</name>
        <message>
            <source>Back</source>
            <translation>Atrás</translation>
        </message>
        <message>
            <source>Lock</source>
            <translation>Bloquear</translation>
        </message>
        <message>
            <source>More</source>
            <translation>Más</translation>
        </message>
        <message>
            <source>Next area</source>
            <translation>Área siguiente</translation>
        </message>
        <message>
            <source>Pause the download, or resume it</source>
            <translation>Pausar o reanudar la descarga</translation>
        </message>
        <message>
            <source>What helps</source>
            <translation>Qué ayuda</translation>
        </message>
    </context>
</TS>
