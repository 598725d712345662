import http from 'node:http';
import { spansIn } from './span-count.ts';

// A collector of traces that answers at once and keeps only how many spans it got: GET /spans tells. Argument: port.

let spans = 0;

const server = http.createServer((request, response) => {
  if (request.method === 'GET') return void response.end(String(spans));
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const type = request.headers['content-type'] ?? '';
    response.setHeader('content-type', type).end();
    if (request.url === '/v1/traces') spans += spansIn(Buffer.concat(chunks), type);
  });
});
server.listen(Number(process.argv[2]), '127.0.0.1');
