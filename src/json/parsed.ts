/** What a text says as JSON; undefined, which no JSON says, where it is something else. The error would quote the text. */
export function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
