import type { InjectionRules } from './rule.ts';

/** The stems of "ignore the previous instructions" and "show your system prompt" in other languages. */
export const languageRules: InjectionRules = {
  'language.override': {
    points: 10,
    patterns: [
      // German, Dutch, Swedish, Norwegian, Danish
      '(ignorier*|vergiss|missacht*|vergessen|verwirf) ~4 (vorherig*|bisherig*|obig*|vorangegangen*|fruher*|vorigen|alle|alles|deine) ~2 (anweisung*|instruktion*|befehl*|regel*|vorgaben|prompt*|richtlinien|davor|zuvor|vorher)',
      '(negeer|vergeet) ~3 (vorige|eerdere|bovenstaande|voorgaande|alle) ~2 (instructie*|opdracht*|regels|aanwijzing*)',
      '(ignorera|glom|ignorer|glem) ~3 (tidigare|foregaende|tidligere|forrige|alla|alle) ~2 (instruktion*|instruks*|regler|anvisning*)',
      // French, Spanish, Portuguese, Italian, Romanian, Catalan
      '(ignor*|oubliez|oublies|neglige*) ~4 (instruction*|consigne*|directive*|regles|ordres) ~2 (precedent*|anterieur*|ci|initiales|d|donnees)',
      '(ignor*|oublie|oubliez) (toutes|tout) ~3 (instruction*|consigne*|directive*|regles|precede|avant)',
      '(ignor*|olvid*|omite|descarta) ~4 (instruccion*|ordenes|reglas|indicaciones|directrices) ~2 (anterior*|previ*|iniciales|dadas)',
      '(ignor*|olvid*) (todo|todas|todos) ~2 (anterior*|previo|dicho|instruccion*|dije|ordenes)',
      '(ignor*|esquec*|desconsider*) ~4 (instruc*|ordens|regras|comandos|diretrizes) ~2 (anterior*|previ*|acima|iniciais)',
      '(ignor*|dimentic*|trascura*) ~4 (istruzion*|ordini|regole|direttive|indicazioni) ~2 (precedent*|iniziali|sopra|fornite)',
      '(ignora*|uita*) ~4 (instructiun*|regul*|comenzi*) ~2 (anterioare|precedente)',
      // Slavic
      '(игнорируй*|проигнорируй*|забудь*|отмени|отмените) ~2 (предыдущ*|прежни*|прошл*|все|всё|всех|свои|своих|твои|ваши|эти|данн*|исходн*|начальн*|систем*|вышеуказанн*) ~2 (инструкци*|указани*|правил*|команд*|запрос*|промпт*)',
      '(игнорируй*|проигнорируй*|забудь*|отмени|отмените) ~2 (инструкци*|указани*|правил*|команд*|промпт*) ~2 (выше|ранее|раньше|систем*|разработчик*|и)',
      '(игнорируй*|проигнорируй*|забудь*) (все|всё|обо|про) ~3 (предыдущ*|выше|ранее|прежн*|раньше)',
      '(ігноруй*|проігноруй*|забудь*) ~2 (попередн*|минул*|усі|всі|всіх|свої|своїх|твої|ваші|ці|дан*|початков*|систем*) ~2 (інструкці*|вказів*|правил*|команд*)',
      '(ігноруй*|проігноруй*|забудь*) ~2 (інструкці*|вказів*|правил*|команд*) ~2 (вище|раніше|систем*|розробник*|і|та)',
      '(zignoruj|ignoruj|zapomnij|pomin) ~4 (instrukcj*|polecen*|zasad*|wytyczn*|poprzedni*)',
      '(ignoruj*|zapomen*|ignorujte) ~4 (pokyn*|instrukc*|predchozi*|pravidl*)',
      // Turkish, Indonesian, Vietnamese, Finnish, Hungarian, Greek
      '(onceki|yukaridaki|tum|butun) ~3 (talimat*|yonerge*|komut*|kural*) ~3 (yoksay*|unut*|"yok say"|"goz ardi"|"dikkate alma"|gormezden)',
      '(abaikan|lupakan|hiraukan) ~4 (instruksi|perintah|petunjuk|aturan|arahan|sebelumnya)',
      '("bo qua"|"quen") ~3 ("huong dan"|"chi dan"|"lenh"|"chi thi"|"moi thu")',
      '(unohda|ohita|jata) ~4 (ohjeet|ohjeista|maaraykset|saannot|aiemmat|edelliset)',
      '(hagyd|felejtsd|felejts) ~4 (utasitas*|korabbi|elozo)',
      '(αγνοησ*|ξεχασ*|αγνοειστε) ~4 (οδηγι*|εντολ*|προηγουμεν*|κανον*)',
      // Arabic, Hebrew, Persian, Hindi
      '(تجاهل|تجاهلي|انس|انسى|اهمل) ~4 (التعليمات|تعليمات*|الاوامر|أوامر*|الأوامر|السابقة|تعليماتك|القواعد)',
      '(התעלם|התעלמי|שכח|תתעלם) ~4 (הוראות|ההוראות|מההוראות|מהוראות|מכל|הקודמות)',
      '(دستورات|دستورالعمل*|دستور) ~5 (نادیده|فراموش)',
      '(निर्देश*|आदेश*|नियम*) ~3 (अनदेखा|भूल|नज़रअंदाज|नजरअंदाज|उपेक्षा|अनदेखी)',
      // Chinese, Japanese, Korean, Thai
      '(忽 略|无 视|無 視|忘 记|忘 記|忽 视|忽 視|不 要 理 会|不 要 遵 守|抛 开) ~12 (指 令|指 示|命 令|规 则|規 則|提 示|设 定)',
      '(忽 略|无 视|無 視|忘 记|忘 記|忽 视|忽 視|抛 开) (掉)? (以 上|上 面|上 述|之 前|前 面|先 前|此 前)? (的)? (所 有|全 部|一 切) (以 上|上 面|上 述|之 前|前 面|先 前)? (的)? (要 求|对 话|内 容)?',
      '(忽 略|无 视|無 視|忽 视|忽 視) (以 上|上 面|上 述|之 前|前 面|先 前) (的)? (要 求|对 话|内 容)',
      '(指 示|命 令|指 令|プ ロ ン プ ト|ル ー ル|内 容) ~4 (無 視|忘 れ|破 棄)',
      '(이전*|앞선|위의|기존*|모든|지금까지*|앞의) ~3 (지시*|명령*|지침*|규칙*|프롬프트*) ~3 (무시*|잊*|따르지)',
      '(위의|모든|지금까지*|앞의) ~1 (모든)? 내용* ~1 (무시*|잊*)',
      '(무시*|잊어*) ~3 (지시*|명령*|지침*|규칙*)',
    ],
  },
  'language.extraction': {
    points: 9,
    patterns: [
      '(zeig*|nenn*|gib|verrat*|wiederhol*|offenbar*|druck*|sag) ~4 (systemprompt*|systemanweisung*|"system prompt"|systemnachricht|"geheimen anweisungen"|"internen anweisungen"|anweisungen)',
      '(montre*|revele*|affiche*|donne*|repete*|dis) ~4 (invite|prompt|instructions|consignes) ~2 (systeme|initial*|secret*|cachee*|internes)',
      '(muestra*|revela*|dime|dame|ensena*|repite|imprime|muestrame) ~4 (prompt|instrucciones|indicaciones|mensaje) ~3 (sistema|inicial*|secret*|ocult*|intern*)',
      '(mostr*|revel*|dig*|exib*|repit*) ~4 (prompt|instrucoes|istruzioni|comandi) ~3 (sistema|inicia*|secret*|ocult*|intern*|segret*|iniziali)',
      '(покажи*|раскрой*|выведи*|расскажи*|повтори*|напиши*|открой*) ~4 (системн*|инструкци*|промпт*|секретн*|скрыт*)',
      '(显 示|告 诉 我|输 出|打 印|透 露|展 示|泄 露|重 复|說 出|说 出|给 我 看) ~6 (系 统|初 始|隐 藏|内 部|秘 密|系 統) ~2 (提 示|指 令|指 示|设 定|信 息|消 息|prompt)',
      '(システム|シ ス テ ム) ~2 (プ ロ ン プ ト|指 示|メ ッ セ ー ジ|命 令) ~4 (教 え|表 示|見 せ|出 力|公 開|明 か)',
      '(시스템|초기|숨겨진|비밀) ~2 (프롬프트*|지시*|명령*|지침*|메시지*) ~3 (보여*|알려*|출력*|공개*|말해*|표시*)',
      '(اظهر|أظهر|اعرض|اكشف|أخبرني|اطبع) ~4 (النظام|تعليماتك|تعليمات*|الموجه|التعليمات)',
      '(sistem) ~2 (prompt*|istemi*|talimat*|mesaj*) ~4 (goster*|soyle*|yazdir*|paylas*|acikla*)',
      '(pokaz|ujawnij|wyswietl|podaj|ukaz|zobraz) ~4 (prompt*|instrukcj*|polecen*|systemow*|pokyn*)',
      '(tampilkan|tunjukkan|ungkapkan|beritahu|toon|laat|onthul|visa|vis) ~4 (prompt|systeemprompt|systemprompt|instruksi|instructies|systeminstruktion*) ~2 (sistem*|systeem|zien|anda|system)?',
      '(सिस्टम|गुप्त) ~2 (प्रॉम्प्ट|निर्देश*|संदेश) ~4 (दिखा*|बता*|प्रकट)',
    ],
  },
};
