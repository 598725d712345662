import http from 'node:http';

// The least a process with `node:http` can be. Argument: port.

http.createServer((_request, response) => response.end('{}')).listen(Number(process.argv[2]), '127.0.0.1');
