import type { Connection } from './connection.ts';
import { chunk, jsonReply, lastChunk, reply, streamHead } from './reply-bytes.ts';
import type { ReceivedRequest } from './request-reader.ts';
import { chatAnswer, chatChunk, sse } from './upstream.ts';

/** A provider that quotes the credential it was sent, in every place an error has; the call says in which way it fails. */
export async function echoingProvider(request: ReceivedRequest, connection: Connection): Promise<void> {
  const body = request.body.toString();
  const shown = String(request.headers['authorization']);
  if (body.includes('"refuse"')) return connection.send(refusal(401, shown));
  if (body.includes('"fall over"')) return connection.send(refusal(500, shown));
  if (body.includes('"hang up"')) return connection.end();
  if (body.includes('"garble"'))
    return connection.send(`HTTP/1.1 200 OK\r\nx: ${shown}\r\nbad line ${shown}\r\n\r\n`);
  if (body.includes('"speak html"'))
    return connection.send(
      reply({ status: 403, headers: { 'content-type': 'text/html' }, body: `<b>${shown}</b>` }),
    );
  if (!body.includes('"stream":true')) return connection.send(jsonReply(chatAnswer()));
  const events = sse(chatChunk({ content: 'Hello. ' }));
  const end = body.includes('"break off"') ? '' : sse('[DONE]');
  await connection.send(streamHead());
  await connection.send(Buffer.concat([chunk(events + end), lastChunk]));
}

function refusal(status: number, shown: string): Buffer {
  const error = { message: `Incorrect API key provided: ${shown}`, headers: { authorization: shown } };
  return jsonReply({ error }, { status, headers: { 'x-ratelimit-for': shown, 'x-request-id': 'up-1' } });
}
