'use strict';

// usage: node quickstart.js [NAME_SERVER] [TOPIC]
// Sends ten messages with the unmodified npm package ali-ons and receives them.

const { Consumer, Producer, Message } = require('ali-ons');

const [ nameSrv = '127.0.0.1:9876', topic = 'quickstart' ] = process.argv.slice(2);
const quiet = { debug() {}, info() {}, warn() {}, error() {} };
const options = { httpclient: {}, nameSrv, clientIP: '127.0.0.1', logger: quiet, pollNameServerInteval: 1000, rebalanceInterval: 1000 };
const count = 10;

async function main() {
  const producer = new Producer({ ...options, producerGroup: 'quickstart-producers' });
  await producer.ready();
  (await Producer.getDefaultProducer(options)).on('error', () => {}); // the library's own, asking for topics that come with the first heartbeat
  // The topic may not exist yet: take the default topic's route, and the broker creates it with the first message.
  await producer._mqClient.updateTopicRouteInfoFromNameServer(topic, true, producer);
  producer.on('error', () => {});
  const run = Date.now();
  for (let i = 0; i < count; i++) {
    const { msgId } = await producer.send(new Message(topic, 'greeting', `hello ${run} ${i}`));
    console.log(`sent      ${msgId}`);
  }

  let received = 0;
  const consumer = new Consumer({ ...options, consumerGroup: 'quickstart-consumers', consumeFromWhere: 'CONSUME_FROM_FIRST_OFFSET' });
  consumer.on('error', () => {});
  consumer.subscribe(topic, '*', async message => {
    console.log(`received  ${message.msgId} queue ${message.queueId}: ${message.body}`);
    if (message.body.toString().startsWith(`hello ${run} `) && ++received === count) {
      setImmediate(async () => {
        await consumer.close();
        await producer.close();
        process.exit(0);
      });
    }
  });
}

main().catch(err => {
  console.error(`Can't reach the name server at ${nameSrv}, or its broker: ${err.message}`);
  process.exit(1);
});
