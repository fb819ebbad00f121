'use strict';

// Reads a /metrics page with a Prometheus text parser of the npm registry and prints what it found as JSON.

const parse = require('parse-prometheus-text-format');

fetch(process.argv[2])
  .then(async response => console.log(JSON.stringify({ type: response.headers.get('content-type'), families: parse(await response.text()) })))
  .catch(err => { console.error(err); process.exit(1); });
