'use strict';

// One JSON object a line: commands {id, op, ...} come on stdin, answers {id, ok, ...} and events {event, ...} go to stdout.
// A command is started when it is read, so a caller may have many in flight.

const readline = require('readline');

function emit(line) {
  process.stdout.write(JSON.stringify(line) + '\n');
}

async function answer(operations, { id, op, ...args }) {
  try {
    if (!operations[op]) {
      throw new Error(`no operation ${op}`);
    }
    emit({ id, ok: true, result: (await operations[op](args)) ?? null });
  } catch (err) {
    emit({ id, ok: false, error: err.message, code: err.code ?? null });
  }
}

function serve(operations) {
  const input = readline.createInterface({ input: process.stdin, crlfDelay: Infinity });
  input.on('line', line => answer(operations, JSON.parse(line)));
  input.on('close', () => process.exit(0));
}

// What the client library would print. Its errors are expected while a broker is away, so they are told and not fatal.
const logger = {
  debug() {},
  info() {},
  warn() {},
  error(err) { emit({ event: 'log', message: String(err && err.message || err) }); },
};

function watch(client) {
  client.on('error', err => emit({ event: 'error', message: err.message }));
  return client;
}

// What both ends are made with. The intervals are the library's own options, shortened from 10 and 30 s.
function options(nameServer) {
  return {
    httpclient: {}, // only used to look a name server up
    nameSrv: nameServer,
    clientIP: '127.0.0.1',
    logger,
    pollNameServerInteval: 500,
    rebalanceInterval: 500,
    heartbeatBrokerInterval: 1000,
    persistConsumerOffsetInterval: 1000,
  };
}

module.exports = { emit, serve, options, watch };
