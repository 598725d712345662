/**
 * Letters that look like a Latin letter and are not reached by compatibility decomposition: each ASCII letter with
 * its doubles from Cyrillic, Greek, Armenian, Cherokee, the small capitals and the phonetic alphabet.
 */
const doubles: readonly (readonly [latin: string, others: string])[] = [
  ['a', 'аɑαᴀɐΑАᎪ'],
  ['b', 'ЬʙΒВᏴƅьβ'],
  ['c', 'сᴄСϲⅽᏟϹ'],
  ['d', 'ԁᴅԀᎠժɗ'],
  ['e', 'еєᴇҽΕЕᎬєɛε'],
  ['f', 'ϝғꜰƒք'],
  ['g', 'ɡɢԍցᏀɠ'],
  ['h', 'һʜНΗᎻհɦ'],
  ['i', 'іıɪιΙІᎥӏɩ'],
  ['j', 'јᴊЈᎫյϳ'],
  ['k', 'кᴋκΚКᏦҝ'],
  ['l', 'ⅼʟӀᏞɭłℓ'],
  ['m', 'мᴍΜМᎷⅿɱ'],
  ['n', 'ոпɴΝᴎռηɲ'],
  ['o', 'оοᴏΟОօσөø'],
  ['p', 'рρᴘΡРᏢ'],
  ['q', 'ԛզգ'],
  ['r', 'гʀᎡɾᴦɼ'],
  ['s', 'ѕꜱЅᏚʂ'],
  ['t', 'тᴛτΤТᎢƭ'],
  ['u', 'սυᴜцʋ'],
  ['v', 'ѵᴠνᏙ'],
  ['w', 'ԝᴡшωѡᎳɯ'],
  ['x', 'хχΧХⅹ'],
  ['y', 'уүʏγΥУყ'],
  ['z', 'ᴢΖᏃʐ'],
];

/** Code point of a look-alike (as written and lower-cased) → the ASCII letter it passes for. */
export const lookalikes: ReadonlyMap<number, number> = new Map(
  doubles.flatMap(([latin, others]) =>
    Array.from(others).flatMap((other) =>
      [other, other.toLowerCase()].map((form) => [form.codePointAt(0) ?? 0, latin.charCodeAt(0)] as const),
    ),
  ),
);
