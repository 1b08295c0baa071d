/* SPDX-License-Identifier: Apache-2.0 */
/*
 * memo_words_map.h: the sentences of memo_words.h: name, English, French, Russian, Arabic. Neutral words: other party,
 * notification, received; no side is named first, no border drawn. One row stays one row, so that the four are compared.
 */
#ifndef ENTENTE_CLI_MEMO_WORDS_MAP_H
#define ENTENTE_CLI_MEMO_WORDS_MAP_H

/* clang-format off */
#define MEMO_SAYS_MAP(X) \
	/* The head */ \
	X(MEMORANDUM, "MEMORANDUM", "MÉMORANDUM", "МЕМОРАНДУМ", "مذكرة") \
	X(ID, "Memorandum {0}", "Mémorandum {0}", "Меморандум {0}", "المذكرة {0}") \
	X(HASH, "SHA-256 of this version: {0}", "SHA-256 de cette version : {0}", "SHA-256 этой версии: {0}", "بصمة SHA-256 لهذه النسخة: {0}") \
	X(REPLACES, "It replaces the version with SHA-256 {0}", "Elle remplace la version dont le SHA-256 est {0}", "Она заменяет версию с SHA-256 {0}", "تحل محل النسخة التي بصمتها SHA-256 هي {0}") \
	X(RENDERING, "Rendering in English, made by a program. It is not authentic. Authentic languages: {0}.", "Version française établie par un programme. Elle ne fait pas foi. Langues faisant foi : {0}.", "Изложение на русском языке, составленное программой. Оно не является аутентичным. Аутентичные языки: {0}.", "عرض باللغة العربية أعدّه برنامج حاسوبي، وليست له حجية. اللغات ذات الحجية: {0}.") \
	X(AUTHENTIC, "Authentic languages: {0}. The text of each clause stands as signed. Where “Figures” follows, it gives the terms that the program applies; that was made by a program and is not authentic.", "Langues faisant foi : {0}. Le texte de chaque clause est celui qui est signé. Là où suit « Données » figurent les termes que le programme applique ; ils sont établis par un programme et ne font pas foi.", "Аутентичные языки: {0}. Текст каждого пункта приведён так, как он подписан. Там, где следует слово «Данные», приведены условия, которые применяет программа; они составлены программой и не являются аутентичными.", "اللغات ذات الحجية: {0}. يرد نص كل بند كما جرى التوقيع عليه. وحيث ترد كلمة «البيانات» تُذكر الأحكام التي يطبقها البرنامج، وقد أعدّها برنامج حاسوبي وليست لها حجية.") \
	X(FIGURES, "Figures: {0}", "Données : {0}", "Данные: {0}", "البيانات: {0}") \
	X(RENDERED, "(rendering) {0}", "(version ne faisant pas foi) {0}", "(неаутентичное изложение) {0}", "(عرض ليست له حجية) {0}") \
	X(TEXT_IN, "Authentic text ({0}): {1}", "Texte faisant foi ({0}) : {1}", "Аутентичный текст ({0}): {1}", "النص ذو الحجية ({0}): {1}") \
	X(CLAUSE, "Clause {0}", "Clause {0}", "Пункт {0}", "البند {0}") \
	X(UNITS, "Units: NM nautical mile (1852 m), ft foot (0.3048 m), FL flight level (hundreds of feet at 1013.25 hPa), AMSL above mean sea level (EGM96), AGL above the ground, W84 above the WGS84 ellipsoid, GND the ground, UNL no upper limit; s seconds, min minutes, h hours, d days. All times are UTC.", "Unités : NM mille marin (1852 m), ft pied (0,3048 m), FL niveau de vol (centaines de pieds à 1013,25 hPa), AMSL au-dessus du niveau moyen de la mer (EGM96), AGL au-dessus du sol, W84 au-dessus de l'ellipsoïde WGS84, GND le sol, UNL sans limite supérieure ; s secondes, min minutes, h heures, d jours. Toutes les heures sont en UTC.", "Единицы: NM — морская миля (1852 м), ft — фут (0,3048 м), FL — эшелон полёта (сотни футов при 1013,25 гПа), AMSL — над средним уровнем моря (EGM96), AGL — над поверхностью земли, W84 — над эллипсоидом WGS84, GND — поверхность земли, UNL — без верхнего предела; m — метр, km — километр; s — секунды, min — минуты, h — часы, d — сутки. Всё время указано по UTC.", "الوحدات: NM ميل بحري (1852 مترًا)، ft قدم (0.3048 متر)، FL مستوى طيران (مئات الأقدام عند 1013.25 هكتوباسكال)، AMSL فوق متوسط سطح البحر (EGM96)، AGL فوق سطح الأرض، W84 فوق المجسم الإهليلجي WGS84، GND سطح الأرض، UNL بلا حد أعلى؛ m متر، km كيلومتر؛ s ثوانٍ، min دقائق، h ساعات، d أيام. جميع الأوقات بالتوقيت العالمي المنسق.") \
	/* Who */ \
	X(PARTIES, "Parties", "Parties", "Стороны", "الأطراف") \
	X(PARTY, "{0} (id {1})", "{0} (identifiant {1})", "{0} (идентификатор {1})", "{0} (المعرّف {1})") \
	X(PARTY_OWN, "{0} (id {1}); this copy is made for it", "{0} (identifiant {1}) ; exemplaire établi pour cette partie", "{0} (идентификатор {1}); экземпляр составлен для этой стороны", "{0} (المعرّف {1})؛ أُعدّت هذه النسخة لهذا الطرف") \
	X(MEMBER, "Member of its coalition: {0} (id {1})", "Membre de sa coalition : {0} (identifiant {1})", "Участник её коалиции: {0} (идентификатор {1})", "عضو في ائتلافه: {0} (المعرّف {1})") \
	X(AFFECTED, "Affected, not present and not bound", "Concernés, non présents et non liés", "Затронутые, не присутствующие и не связанные обязательствами", "متأثرون غير حاضرين وغير ملزَمين") \
	X(BOUND, "Who is bound", "Qui est lié", "Кто связан обязательствами", "من يلتزم") \
	X(BOUND_IS, "Each party is bound, and binds each member of its coalition that is named here. Those named as affected and not present are not bound.", "Chaque partie est liée et engage chacun des membres de sa coalition nommés ici. Ceux qui sont nommés comme concernés et non présents ne sont pas liés.", "Каждая сторона связана обязательствами и принимает их за каждого поименованного здесь участника своей коалиции. Те, кто назван затронутым и не присутствует, обязательствами не связаны.", "كل طرف ملزَم، ويُلزم كل عضو في ائتلافه مذكور هنا. أما من ذُكروا بصفتهم متأثرين غير حاضرين فليسوا ملزَمين.") \
	/* Where and when */ \
	X(AREA, "Area", "Zone", "Район", "المنطقة") \
	X(AREA_POLYGON, "It holds inside the outline {2} (latitude, longitude, WGS84), from {0} to {1}.", "Il s'applique à l'intérieur du contour {2} (latitude, longitude, WGS84), de {0} à {1}.", "Он действует внутри контура {2} (широта, долгота, WGS84), от {0} до {1}.", "تسري داخل الإطار {2} (خط العرض، خط الطول، WGS84)، من {0} إلى {1}.") \
	X(AREA_HOLE, "Not inside {0}.", "Hors de {0}.", "За исключением {0}.", "باستثناء {0}.") \
	X(AREA_CIRCLE, "It holds within {3} of {2} (latitude, longitude, WGS84), from {0} to {1}.", "Il s'applique dans un rayon de {3} autour de {2} (latitude, longitude, WGS84), de {0} à {1}.", "Он действует в радиусе {3} от точки {2} (широта, долгота, WGS84), от {0} до {1}.", "تسري ضمن نصف قطر قدره {3} حول {2} (خط العرض، خط الطول، WGS84)، من {0} إلى {1}.") \
	X(AREA_IS_NO_BORDER, "The outline is not a border and says nothing about whose the territory is.", "Ce contour n'est pas une frontière et ne préjuge pas de l'appartenance du territoire.", "Этот контур не является границей и ничего не говорит о принадлежности территории.", "هذا الإطار ليس حدودًا ولا يدل على تبعية الإقليم لأحد.") \
	X(VALIDITY, "Signature and validity", "Signature et validité", "Подписание и срок действия", "التوقيع والسريان") \
	X(SIGN_BY, "Agreed if every party has signed the same bytes by {0}. It takes effect at {1}.", "Il est conclu si chaque partie a signé les mêmes octets au plus tard le {0}. Il prend effet le {1}.", "Он заключён, если каждая сторона подписала одни и те же байты не позднее {0}. Он вступает в силу {1}.", "تُبرم إذا وقّع كل طرف البايتات ذاتها في موعد أقصاه {0}. ويبدأ سريانها في {1}.") \
	X(UNTIL, "It ends at {0}.", "Il prend fin le {0}.", "Его действие прекращается {0}.", "وينتهي سريانها في {0}.") \
	X(NO_END, "No end is set.", "Aucun terme n'est fixé.", "Срок окончания не установлен.", "ولم يُحدد موعد لانتهائها.") \
	/* How far the parties go */ \
	X(LEVELS, "Levels", "Niveaux", "Уровни взаимодействия", "مستويات التعامل") \
	X(LEVEL_EXCHANGE, "{0}: exchange. The parties inform one another; no consent is asked.", "{0} : échange. Les parties s'informent mutuellement ; aucun consentement n'est demandé.", "{0}: обмен. Стороны информируют друг друга; согласие не запрашивается.", "{0}: تبادل. يُعلم الأطراف بعضهم بعضًا، ولا تُطلب موافقة.") \
	X(LEVEL_COORDINATION, "{0}: coordination. Plans need the consent of every party.", "{0} : coordination. Les plans requièrent le consentement de chaque partie.", "{0}: координация. Планы требуют согласия каждой из сторон.", "{0}: تنسيق. تستلزم الخطط موافقة كل طرف.") \
	X(MINIMA, "Minimum distances", "Distances minimales", "Минимальные расстояния", "المسافات الدنيا") \
	X(MINIMA_ARE, "{0}: a flight that is nearer than {1} laterally and nearer than {2} vertically is in conflict; exactly that distance is sufficient. Source: {3}.", "{0} : un vol situé à moins de {1} latéralement et à moins de {2} verticalement est en conflit ; cette distance exacte suffit. Source : {3}.", "{0}: полёт ближе {1} в горизонтальной плоскости и ближе {2} по вертикали считается конфликтным; ровно такого расстояния достаточно. Источник: {3}.", "{0}: يُعدّ الطيران متعارضًا إذا كان على مسافة أقل من {1} أفقيًا وأقل من {2} رأسيًا؛ وتكفي المسافة ذاتها بالضبط. المصدر: {3}.") \
	X(MINIMA_OR_TOUCH, "{0}: a flight that is nearer than {1} laterally and nearer than {2} vertically is in conflict; exactly that distance is sufficient, but where it is 0, touching is in conflict. Source: {3}.", "{0} : un vol situé à moins de {1} latéralement et à moins de {2} verticalement est en conflit ; cette distance exacte suffit, mais là où elle est nulle, le contact est un conflit. Source : {3}.", "{0}: полёт ближе {1} в горизонтальной плоскости и ближе {2} по вертикали считается конфликтным; ровно такого расстояния достаточно, но там, где оно равно 0, конфликтом считается и соприкосновение. Источник: {3}.", "{0}: يُعدّ الطيران متعارضًا إذا كان على مسافة أقل من {1} أفقيًا وأقل من {2} رأسيًا؛ وتكفي المسافة ذاتها بالضبط، أما حيث تكون صفرًا فيُعدّ التماس تعارضًا. المصدر: {3}.") \
	X(MINIMA_TIME, "Moments not more than {0} apart count as the same.", "Des instants distants de {0} au plus sont tenus pour simultanés.", "Моменты, отстоящие друг от друга не более чем на {0}, считаются одновременными.", "وتُعدّ اللحظات التي لا يفصل بينها أكثر من {0} متزامنة.") \
	X(NOTICE, "Notice times", "Préavis", "Сроки уведомления", "مهل الإخطار") \
	X(NOTICE_IS, "{0}: notice is given at least {1} ahead.", "{0} : le préavis est d'au moins {1}.", "{0}: уведомление направляется не позднее чем за {1}.", "{0}: يُقدَّم الإخطار قبل {1} على الأقل.") \
	X(NOTICE_EMERGENCY, "In an emergency: at least {0} ahead.", "En cas d'urgence : au moins {0}.", "В чрезвычайной ситуации: не позднее чем за {0}.", "وفي حالات الطوارئ: قبل {0} على الأقل.") \
	X(DISCLOSURE, "Disclosure", "Communication des données", "Раскрытие данных", "الإفصاح عن البيانات") \
	X(DISCLOSURE_EXACT, "{0}: exact. The volumes are disclosed.", "{0} : exacte. Les volumes sont communiqués.", "{0}: точно. Раскрываются сами объёмы.", "{0}: إفصاح دقيق. يُفصح عن الحيّزات ذاتها.") \
	X(DISCLOSURE_COARSE, "{0}: coarse. GARS cells of 5 minutes, bands of altitude and quarter hours are disclosed.", "{0} : approximative. Sont communiqués des cellules GARS de 5 minutes, des tranches d'altitude et des quarts d'heure.", "{0}: приблизительно. Раскрываются ячейки GARS в 5 минут, слои высот и четверти часа.", "{0}: إفصاح تقريبي. يُفصح عن خلايا GARS بمقدار 5 دقائق، وعن طبقات ارتفاع، وعن أرباع ساعات.") \
	X(DISCLOSURE_BLIND, "{0}: blind. Nothing is disclosed but the answer to a check.", "{0} : à l'aveugle. Rien n'est communiqué hormis la réponse à une vérification.", "{0}: вслепую. Не раскрывается ничего, кроме ответа на проверку.", "{0}: دون إفصاح. لا يُفصح إلا عن نتيجة عملية التحقق.") \
	X(LEARNS_OWNER, "The owner learns of a conflict, the other party does not.", "Le détenteur apprend l'existence d'un conflit, l'autre partie ne l'apprend pas.", "О конфликте узнаёт владелец данных, другая сторона — нет.", "يعلم صاحب البيانات بالتعارض ولا يعلم به الطرف الآخر.") \
	X(LEARNS_OTHER, "The other party learns of a conflict, the owner does not.", "L'autre partie apprend l'existence d'un conflit, le détenteur ne l'apprend pas.", "О конфликте узнаёт другая сторона, владелец данных — нет.", "يعلم الطرف الآخر بالتعارض ولا يعلم به صاحب البيانات.") \
	X(LEARNS_BOTH, "Both learn of a conflict.", "Les deux apprennent l'existence d'un conflit.", "О конфликте узнают обе стороны.", "يعلم كلاهما بالتعارض.") \
	X(DISCLOSED_TO, "Disclosed only to: {0}.", "Communication uniquement à : {0}.", "Раскрывается только следующим сторонам: {0}.", "لا يُفصح إلا للأطراف التالية: {0}.") \
	X(DISCLOSE_LESS, "An owner may always disclose less.", "Un détenteur peut toujours communiquer moins.", "Владелец данных всегда вправе раскрыть меньше.", "ولصاحب البيانات دائمًا أن يفصح عن أقل من ذلك.") \
	X(PLACES_CAVEAT, "Notification confers no protection and removes none; a place that is not listed is not thereby a lawful object of attack; receipt is not permission, agreement or a promise of safety.", "La notification ne confère aucune protection et n'en retire aucune ; le fait qu'un lieu ne soit pas inscrit ne rend pas licite une attaque contre lui ; la réception ne vaut ni autorisation, ni accord, ni promesse de sécurité.", "Уведомление не предоставляет защиты и не лишает её; отсутствие места в списке не делает нападение на него законным; получение не означает разрешения, согласия или обещания безопасности.", "لا يمنح الإخطار حماية ولا ينزعها؛ وعدم إدراج مكان لا يجعل مهاجمته مشروعة؛ والاستلام ليس إذنًا ولا موافقة ولا وعدًا بالسلامة.") \
	X(DATA_AGE, "Age of data", "Ancienneté des données", "Давность данных", "عمر البيانات") \
	X(DATA_AGE_IS, "A verdict that rests on data older than {0} is unknown.", "Un verdict fondé sur des données de plus de {0} est indéterminé.", "Заключение, основанное на данных давностью более {0}, считается неопределённым.", "يُعدّ الحكم المبني على بيانات مضى عليها أكثر من {0} غير معروف.") \
	X(PURGE, "What only some parties are given", "Ce qui n'est donné qu'à certaines parties", "Передаваемое лишь некоторым сторонам", "ما يُعطى لبعض الأطراف فقط") \
	X(PURGE_IS, "What a party gives to some parties only, each of them and the giver purge {0} after it was entered, and each says so.", "Ce qu'une partie ne donne qu'à certaines parties, chacune d'elles et celle qui l'a donné l'effacent {0} après son inscription, et chacune le déclare.", "Переданное стороной лишь некоторым сторонам каждая из них и сама передавшая сторона удаляют по истечении {0} после внесения записи, и каждая об этом заявляет.", "ما يعطيه طرف لبعض الأطراف فقط يمحوه كل منها والطرف الذي أعطاه بعد {0} من قيده، ويعلن كل منها ذلك.") \
	/* The line */ \
	X(LINE, "Line between the desks", "Ligne entre les permanences", "Линия связи между дежурными службами", "الخط بين مكاتب المناوبة") \
	X(LINE_IS, "It is tested at intervals of {0} and is late {1} after a test was due. Languages: {2}. Primary: {3}. Reserve: {4}.", "Elle est essayée à intervalles de {0} et tenue pour en retard {1} après l'heure prévue d'un essai. Langues : {2}. Principale : {3}. Réserve : {4}.", "Она проверяется с интервалом {0}; задержка отмечается через {1} после срока проверки. Языки: {2}. Основной канал: {3}. Резервный канал: {4}.", "يُختبر كل {0}، ويُعدّ متأخرًا بعد {1} من موعد الاختبار. اللغات: {2}. القناة الأساسية: {3}. القناة الاحتياطية: {4}.") \
	X(DEADLINES, "When no answer comes", "En l'absence de réponse", "Если ответа нет", "عند عدم ورود رد") \
	X(STEP, "after {0}, the {1} is called", "après {0}, appel : {1}", "через {0} вызывается {1}", "بعد {0}: استدعاء {1}") \
	X(READ_BACK, "Reading back", "Collationnement", "Обратный повтор", "إعادة التلاوة") \
	X(READ_BACK_IS, "A place that is read back more than {0} away does not match, and nothing is agreed on it.", "Un lieu collationné à plus de {0} ne concorde pas, et rien n'est convenu à son sujet.", "Место, повторённое с расхождением более {0}, не совпадает, и договорённость о нём не достигается.", "المكان الذي تُعاد تلاوته بفارق يزيد على {0} لا يتطابق، ولا يُتفق على شيء بشأنه.") \
	X(BLIND, "Blind checks", "Vérifications à l'aveugle", "Проверки вслепую", "التحقق دون إفصاح") \
	X(BLIND_IS, "{0}: a party asks another for at most {1} checks in {2}, and about no GARS cell smaller than {3} minutes.", "{0} : une partie demande à une autre au plus {1} vérifications en {2}, et sur aucune cellule GARS de moins de {3} minutes.", "{0}: число проверок, запрашиваемых одной стороной у другой, — не более {1} за {2}; ячейки GARS — не менее {3} минут.", "{0}: لا يطلب طرف من آخر أكثر من {1} من عمليات التحقق خلال {2}، ولا عن خلية GARS أصغر من {3} من الدقائق القوسية.") \
	X(OBLIGATIONS, "Obligations", "Obligations", "Обязательства", "الالتزامات") \
	X(OBLIGATION_IS, "Owed by {0}, due by {1}.", "Débiteur : {0}. Échéance : {1}.", "Обязанная сторона: {0}. Срок: {1}.", "الطرف الملتزم: {0}. الأجل: {1}.") \
	X(SUSPENSION, "Suspension", "Suspension", "Приостановление", "التعليق") \
	X(SUSPENSION_AT_ONCE, "Each party may suspend this memorandum, with effect at once, and resumes by itself.", "Chaque partie peut suspendre ce mémorandum avec effet immédiat et met fin elle-même à sa suspension.", "Каждая сторона может немедленно приостановить действие этого меморандума и сама возобновляет его.", "لكل طرف أن يعلّق هذه المذكرة فورًا، وهو الذي ينهي تعليقه.") \
	X(SUSPENSION_AFTER, "Each party may suspend this memorandum, with effect {0} after it says so, and resumes by itself.", "Chaque partie peut suspendre ce mémorandum avec effet {0} après l'avoir déclaré et met fin elle-même à sa suspension.", "Каждая сторона может приостановить действие этого меморандума по истечении {0} после заявления и сама возобновляет его.", "لكل طرف أن يعلّق هذه المذكرة بعد {0} من إعلانه ذلك، وهو الذي ينهي تعليقه.") \
	X(GOES_ON, "Meanwhile there go on: {0}.", "Se poursuivent entre-temps : {0}.", "В это время продолжаются: {0}.", "ويستمر في أثناء ذلك: {0}.") \
	X(LABELS, "Labels", "Dénominations", "Наименования", "التسميات") \
	X(LABELS_ARE, "With aid: “{0}”. In the air: “{1}”.", "Pour l'aide : « {0} ». En vol : « {1} ».", "Для гуманитарной помощи: «{0}». Для полётов: «{1}».", "في مجال المساعدة: «{0}». في مجال الطيران: «{1}».") \
	X(LABEL_AID, "notification", "notification", "уведомление", "إخطار") \
	X(LABEL_AIR, "flight safety", "sécurité des vols", "безопасность полётов", "سلامة الطيران") \
	X(OTHER, "Other clauses", "Autres clauses", "Прочие пункты", "بنود أخرى") \
	X(NO_RECOGNITION, "No recognition", "Absence de reconnaissance", "Отсутствие признания", "عدم الاعتراف") \
	X(NO_RECOGNITION_IS, "Nothing in this memorandum or done under it recognises, denies or prejudices any status, border or claim.", "Rien dans ce mémorandum ni dans ce qui est fait en application de celui-ci ne reconnaît, ne nie ni ne préjuge un statut, une frontière ou une revendication.", "Ничто в этом меморандуме и в действиях на его основе не признаёт, не отрицает и не предрешает какой-либо статус, границу или притязание.", "ليس في هذه المذكرة ولا فيما يُفعل بموجبها اعتراف بأي وضع أو حدود أو مطالبة، ولا إنكار لها، ولا مساس بها.") \
	X(LAW, "Obligations under law", "Obligations juridiques", "Обязательства по международному праву", "الالتزامات القانونية") \
	X(LAW_IS, "Obligations under international law, humanitarian law included, are not affected. Nothing in this memorandum permits what they forbid.", "Les obligations découlant du droit international, y compris du droit humanitaire, ne sont pas affectées. Rien dans ce mémorandum ne permet ce qu'elles interdisent.", "Обязательства по международному праву, включая гуманитарное право, не затрагиваются. Ничто в этом меморандуме не разрешает того, что они запрещают.", "لا تتأثر الالتزامات المقررة بموجب القانون الدولي، بما فيه القانون الإنساني. وليس في هذه المذكرة ما يجيز ما تحظره تلك الالتزامات.") \
	/* Behind the units: what the program does by it and no text of the parties governs, and the place to sign on paper */ \
	X(HOW, "How the program acts by this memorandum (made by a program; it is not signed and not authentic)", "Comment le programme agit en application de ce mémorandum (établi par un programme ; ceci n'est pas signé et ne fait pas foi)", "Как программа действует по этому меморандуму (составлено программой; не подписано и не является аутентичным)", "كيف يعمل البرنامج بموجب هذه المذكرة (أعدّه برنامج حاسوبي، وهو غير موقّع وليست له حجية)") \
	X(HOW_WITHDRAWAL, "Withdrawal: each party may withdraw by its own declaration, without consent of the others, at once or from a later moment that it names, and cannot take it back. Until that moment it stays bound; the others stay bound to one another while they are two or more. The program asks for no notice of withdrawal, even where the text of the parties does.", "Retrait : chaque partie peut se retirer par sa propre déclaration, sans l'accord des autres, avec effet immédiat ou à partir d'un moment ultérieur qu'elle indique, et ne peut revenir sur cette déclaration. Jusqu'à ce moment elle reste liée ; les autres restent liées entre elles tant qu'elles sont deux ou plus. Le programme n'exige aucun préavis de retrait, même là où le texte des parties en prévoit un.", "Выход: каждая сторона может выйти по собственному заявлению, без согласия других, немедленно или с более позднего момента, который она назовёт, и не может взять его назад. До этого момента она остаётся связанной; остальные остаются связанными между собой, пока их две или больше. Программа не требует предварительного уведомления о выходе, даже если оно предусмотрено текстом сторон.", "الانسحاب: لكل طرف أن ينسحب بإعلان منه، دون موافقة الأطراف الأخرى، فورًا أو اعتبارًا من وقت لاحق يحدده، ولا يمكنه الرجوع عن ذلك. ويظل ملزمًا حتى ذلك الوقت، وتظل الأطراف الأخرى ملزمة فيما بينها ما دامت طرفين أو أكثر. ولا يشترط البرنامج إشعارًا مسبقًا بالانسحاب، حتى لو اشترطه نص الأطراف.") \
	X(HOW_LEVELS, "Levels: for each subject the lowest level that any bound party is at applies. One party lowers it alone, with effect at once; it rises only when all bound parties are at the higher level. A new version begins at its own levels.", "Niveaux : pour chaque objet s'applique le niveau le plus bas auquel se trouve une partie liée. Une partie l'abaisse seule, avec effet immédiat ; il ne s'élève que lorsque toutes les parties liées sont au niveau supérieur. Une nouvelle version commence à ses propres niveaux.", "Уровни: по каждому предмету действует самый низкий из уровней, на которых находятся связанные стороны. Одна сторона понижает его сама и немедленно; повышается он, только когда все связанные стороны находятся на более высоком уровне. Новая версия начинается со своих уровней.", "المستويات: يسري في كل موضوع أدنى مستوى يكون عليه أي طرف ملزم. يخفضه طرف واحد بمفرده وفورًا، ولا يرتفع إلا إذا كانت جميع الأطراف الملزمة على المستوى الأعلى. وتبدأ كل نسخة جديدة بمستوياتها الخاصة.") \
	X(HOW_REPLACEMENT, "Replacement: a version is replaced only by one that gives its SHA-256, is signed in time by all parties that it names, and names all that the version before still binds. A version that names a party that has declared its withdrawal takes no effect. Until the new version takes effect, the one before applies, within its validity.", "Remplacement : une version n'est remplacée que par une autre qui en indique le SHA-256, que toutes les parties qu'elle nomme ont signée à temps, et qui nomme toutes celles que la version précédente lie encore. Une version qui nomme une partie ayant déclaré son retrait ne prend pas effet. Jusqu'à ce que la nouvelle version prenne effet, la précédente s'applique, dans les limites de sa validité.", "Замена: версию заменяет только другая, которая указывает её SHA-256, в срок подписана всеми названными в ней сторонами и называет всех, кого прежняя версия ещё связывает. Версия, называющая сторону, которая заявила о выходе, в силу не вступает. До вступления новой версии в силу действует прежняя в пределах своего срока.", "الاستبدال: لا تحل محل النسخة إلا نسخة تذكر بصمتها SHA-256، ووقّعها في الأجل جميع الأطراف المذكورين فيها، وتذكر جميع من لا تزال النسخة السابقة تلزمهم. ولا تسري نسخة تذكر طرفًا أعلن انسحابه. وإلى حين سريان النسخة الجديدة تسري السابقة في حدود مدة صلاحيتها.") \
	X(SIGNATURES, "Signatures on paper (place for them, made by a program; not part of what is signed). What is signed is the version with SHA-256 {0}, as it stands in its authentic languages.", "Signatures sur papier (emplacement établi par un programme ; ne fait pas partie de ce qui est signé). Ce qui est signé est la version dont le SHA-256 est {0}, telle qu'elle figure dans ses langues faisant foi.", "Подписи на бумаге (место для них отведено программой; не является частью подписываемого). Подписывается версия с SHA-256 {0} в том виде, в каком она изложена на аутентичных языках.", "التوقيعات على الورق (موضع أعدّه برنامج حاسوبي، وليس جزءًا مما يُوقَّع). ما يُوقَّع هو النسخة التي بصمتها SHA-256 هي {0}، كما وردت باللغات ذات الحجية.") \
	X(SIGN_NAME, "Name and office: {0}", "Nom et qualité : {0}", "Имя и должность: {0}", "الاسم والصفة: {0}") \
	X(SIGN_DATE, "Date and time (UTC): {0}", "Date et heure (UTC) : {0}", "Дата и время (UTC): {0}", "التاريخ والوقت (UTC): {0}") \
	X(SIGN_HAND, "Signature: {0}", "Signature : {0}", "Подпись: {0}", "التوقيع: {0}") \
	X(TO_BE_WRITTEN, "(to be written by the parties)", "(à rédiger par les parties)", "(формулируется сторонами)", "(يصوغه الأطراف)") \
	X(TITLE, "Memorandum (title to be written by the parties)", "Mémorandum (titre à rédiger par les parties)", "Меморандум (название определяют стороны)", "مذكرة (يحدد الأطراف عنوانها)")

/* In the order of their closed sets in memodoc.h and memoterms.h: name, and the same four. */
#define MEMO_SUBJECTS_MAP(X) \
	X(FLIGHT, "Flights", "Vols", "Полёты", "الرحلات الجوية") \
	X(RESERVED_AIRSPACE, "Reserved airspace", "Espace aérien réservé", "Зарезервированное воздушное пространство", "مجال جوي محجوز") \
	X(HAZARD_AREA, "Hazard areas", "Zones de danger", "Опасные зоны", "مناطق الخطر") \
	X(PROTECTED_PLACE, "Protected places", "Lieux protégés", "Места, находящиеся под защитой", "الأماكن المحمية") \
	X(RESERVED_POSITION, "Reserved positions", "Positions réservées", "Нераскрываемые места", "المواقع غير المعلنة") \
	X(REPORTED_EVENT, "Reported events", "Événements signalés", "События, о которых сообщено", "الأحداث المبلَّغ عنها") \
	X(CEASE_FIRE, "Cease-fire", "Cessez-le-feu", "Прекращение огня", "وقف إطلاق النار")

#define MEMO_PRECEDENCES_MAP(X) \
	X(FLASH, "Flash message", "Message flash", "Сообщение «молния»", "رسالة خاطفة") \
	X(IMMEDIATE, "Immediate message", "Message immédiat", "Внеочередное сообщение", "رسالة فورية") \
	X(PRIORITY, "Priority message", "Message urgent", "Срочное сообщение", "رسالة ذات أولوية") \
	X(ROUTINE, "Routine message", "Message ordinaire", "Обычное сообщение", "رسالة عادية")

#define MEMO_ROLES_MAP(X) \
	X(WATCH_OFFICER, "watch officer", "officier de quart", "дежурный офицер", "ضابط المناوبة") \
	X(DUTY_OFFICER, "duty officer", "officier de permanence", "ответственный дежурный", "الضابط المسؤول المناوب") \
	X(LINGUIST, "linguist", "linguiste", "лингвист", "اللغوي") \
	X(RELEASING_AUTHORITY, "releasing authority", "autorité habilitée à l'envoi", "лицо, санкционирующее отправку", "الجهة المخولة بالإرسال")

#define MEMO_GOING_ON_MAP(X) \
	X(TESTS, "tests of the line", "essais de la ligne", "проверки линии", "اختبارات الخط") \
	X(FLASH, "flash messages", "messages flash", "сообщения «молния»", "الرسائل الخاطفة") \
	X(SAFETY_CALL, "the safety call", "l'appel de sécurité", "вызов безопасности", "نداء السلامة") \
	X(MESSAGES, "messages", "messages", "сообщения", "الرسائل") \
	X(RECEIPTS, "receipts", "accusés de réception", "подтверждения получения", "إشعارات الاستلام") \
	X(PROTECTED_PLACES, "notification of protected places", "notification des lieux protégés", "уведомление о местах, находящихся под защитой", "الإخطار بالأماكن المحمية") \
	X(REPORTED_EVENTS, "reported events", "événements signalés", "сообщения о событиях", "الأحداث المبلَّغ عنها")

#define MEMO_LANGUAGES_MAP(X) \
	X(en, "English", "anglais", "английский", "الإنجليزية") \
	X(fr, "French", "français", "французский", "الفرنسية") \
	X(ru, "Russian", "russe", "русский", "الروسية") \
	X(ar, "Arabic", "arabe", "арабский", "العربية") \
	X(uk, "Ukrainian", "ukrainien", "украинский", "الأوكرانية") \
	X(he, "Hebrew", "hébreu", "иврит", "العبرية") \
	X(es, "Spanish", "espagnol", "испанский", "الإسبانية") \
	X(zh, "Chinese", "chinois", "китайский", "الصينية") \
	X(fa, "Persian", "persan", "персидский", "الفارسية") \
	X(tr, "Turkish", "turc", "турецкий", "التركية")
/* clang-format on */

#endif
