'use strict';

// usage: node consumer.js NAME_SERVER GROUP OPTIONS
// OPTIONS is JSON: { topic, expression?, sql?, broadcast?, parallel?, failTimes?, maxReconsumeTimes? }
// failTimes: how often each message is refused ("reconsume later") before it is taken.
// maxReconsumeTimes: how often a refused message may come back.

const { Consumer } = require('ali-ons');
const { emit, serve, options, watch } = require('./lines');

const [ nameServer, group, json ] = process.argv.slice(2);
const { topic, expression, sql, broadcast, parallel, failTimes, maxReconsumeTimes } = JSON.parse(json);

const consumer = watch(new Consumer({
  ...options(nameServer),
  consumerGroup: group,
  isBroadcast: !!broadcast,
  consumeFromWhere: 'CONSUME_FROM_FIRST_OFFSET',
  parallelConsumeLimit: parallel ?? 1,
  maxReconsumeTimes: maxReconsumeTimes ?? 16,
}));

const filter = sql ? { expressionType: 'SQL92', subString: sql } : expression ?? '*';
consumer.subscribe(topic, filter, async message => {
  const refuse = message.reconsumeTimes < (failTimes ?? 0);
  emit({
    event: 'message',
    at: Date.now(),
    refused: refuse,
    msgId: message.msgId,
    topic: message.topic,
    tag: message.tags ?? null,
    keys: message.keys ?? null,
    queueId: message.queueId,
    queueOffset: message.queueOffset,
    reconsumeTimes: message.reconsumeTimes,
    bornTimestamp: message.bornTimestamp,
    storeTimestamp: message.storeTimestamp,
    properties: message.properties,
    bodyBase64: message.body ? message.body.toString('base64') : '',
  });
  if (refuse) {
    // The library hears a thrown error for first deliveries and redeliveries; the returned action only for first ones.
    throw new Error('refused on purpose');
  }
});

serve({
  async ready() {
    await consumer.ready();
    return { clientId: consumer.clientId };
  },

  // Queues this consumer holds now.
  queues() {
    return [ ...consumer.processQueueTable.values() ]
      .map(entry => entry.messageQueue)
      .filter(queue => queue.topic === topic)
      .map(queue => queue.queueId)
      .sort((a, b) => a - b);
  },

  async persist() {
    await consumer.persistConsumerOffset();
  },

  async close() {
    await consumer.close();
  },
});
