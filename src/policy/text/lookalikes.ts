/**
 * Letters that look like a Latin letter and are not reached by compatibility decomposition: each ASCII letter with its
 * doubles from Cyrillic, Greek, Coptic, Armenian, Cherokee, Lisu, Canadian syllabics, the small capitals and the phonetic
 * alphabet. Chosen by hand, after the confusables of UTS #39. Each is listed once; a small letter that is not takes after
 * its capital.
 */
const doubles: readonly (readonly [latin: string, others: string])[] = [
  ['a', 'аɑαᴀɐΑАᎪᗅᗩꓮⲀⲁꮧᏗᎯ'],
  ['b', 'ЬʙΒВᏴƅьβᏏᏰᗷꓐⲂⲃᑲᖯꞵ'],
  ['c', 'сᴄСϲᏟϹᏣᑕⲤⲥꓚꮯ'],
  ['d', 'ԁᴅԀᎠժɗᏧᏓᗞᗪꓓꓒđᑯᎴ'],
  ['e', 'еєᴇҽΕЕᎬɛεꓰⲈⲉᏋᗴɇǝⴹ'],
  ['f', 'ϝғꜰƒքᎦᏈᖴꓝꞙꬵϜ'],
  ['g', 'ɡɢԍցᏀɠᏳᎶᘜꓖ'],
  ['h', 'һʜНΗᎻհɦᏂᏥᕼꓧⲎⲏħ'],
  ['i', 'іıɪιΙІᎥɩᏆꙇⲒⲓꓲ'],
  ['j', 'јᴊЈᎫյϳᏠᒍꓙͿ'],
  ['k', 'кᴋκΚКᏦҝᛕⲔⲕꓗƙ'],
  ['l', 'ʟӀᏞɭłᏝᒪꓡⳐⳑӏ'],
  ['m', 'мᴍΜМᎷɱᗰꓟⲘⲙϺ'],
  ['n', 'ոпɴΝᴎռηɲᏁᑎꓠⲚⲛ'],
  ['o', 'оοᴏΟОօσөøᎾᎧꓳⲞⲟჿⴰ'],
  ['p', 'рρᴘΡРᏢᎮᑭꓑⲢⲣ'],
  ['q', 'ԛզգᎤᑫϤϥ'],
  ['r', 'гʀᎡɾᴦɼᏒᖇꓣⲄⲅꭇɍ'],
  ['s', 'ѕꜱЅᏚʂՏᏕᔕꓢ'],
  ['t', 'тᴛτΤТᎢƭᎿꓔⲦⲧŧ'],
  ['u', 'սυᴜцʋՍᏌᏬᑌꓴꞟʉ'],
  ['v', 'ѵᴠνᏙᏉᐯꓦⴸ'],
  ['w', 'ԝᴡшωѡᎳɯᏔᏇᗯꓪⲰⲱϢϣ'],
  ['x', 'хχΧХꓫⲬⲭꭓ'],
  ['y', 'уүʏγΥУყᎩᎽꓬⲨⲩϒɏ'],
  ['z', 'ᴢΖᏃʐᘔꓜⲌⲍƶ'],
];

/** Doubles of two letters: what they pass for in other fonts and words. */
const seconds: readonly (readonly [latin: string, others: string])[] = [
  ['i', 'ӏӀ'],
  ['l', 'ΙІꓲⲒ'],
  ['h', 'η'],
  ['n', 'ν'],
  ['y', 'υʋ'],
  ['u', 'ү'],
];

/** Code point of a look-alike → the ASCII letter it passes for. */
export const lookalikes: ReadonlyMap<number, number> = mapped(doubles);

/** The same for a second letter, where there is one. */
export const otherLookalikes: ReadonlyMap<number, number> = mapped(seconds);

function mapped(table: readonly (readonly [latin: string, others: string])[]): ReadonlyMap<number, number> {
  const listed = table.flatMap(([latin, others]) =>
    Array.from(others, (other) => [other, latin.charCodeAt(0)] as const),
  );
  const lowered = listed.map(([other, latin]) => [other.toLowerCase(), latin] as const);
  // What is listed itself comes last, and counts: the capital Ν is an n, the small ν a v.
  return new Map([...lowered, ...listed].map(([other, latin]) => [other.codePointAt(0) ?? 0, latin]));
}
