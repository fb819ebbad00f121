'use strict';

// usage: node producer.js NAME_SERVER GROUP

const { Producer, Message } = require('ali-ons');
const MessageDecoder = require('ali-ons/lib/message/message_decoder');
const RemotingCommand = require('ali-ons/lib/protocol/command/remoting_command');
const { SEND_MESSAGE_V2 } = require('ali-ons/lib/protocol/request_code');
const { serve, options, watch } = require('./lines');

const [ nameServer, group ] = process.argv.slice(2);
const producer = watch(new Producer({ ...options(nameServer), producerGroup: group, maxMessageSize: 4 * 1024 * 1024 }));

function toMessage({ topic, tag, keys, body, bodyBase64, properties, delayLevel }) {
  const message = new Message(topic, tag ?? '', bodyBase64 ? Buffer.from(bodyBase64, 'base64') : body);
  if (tag == null) delete message.properties.TAGS;
  if (keys) message.keys = keys;
  if (delayLevel) message.delayTimeLevel = delayLevel;
  Object.assign(message.properties, properties);
  return message;
}

serve({
  async ready() {
    await producer.ready();
    return { clientId: producer.clientId };
  },

  async findRoute({ topic }) {
    await producer._mqClient.updateTopicRouteInfoFromNameServer(topic);
  },

  // The library takes no route from the default topic by itself: it asks for the topic's own and gives up. Its parts can.
  async routeLikeDefaultTopic({ topic }) {
    await producer.ready();
    await producer._mqClient.updateTopicRouteInfoFromNameServer(topic, true, producer);
  },

  async send(args) {
    const { msgId, messageQueue, queueOffset, sendStatus } = await producer.send(toMessage(args));
    return { msgId, brokerName: messageQueue.brokerName, queueId: Number(messageQueue.queueId), queueOffset, sendStatus };
  },

  // The library has no one-way send; this is its own command, marked one-way, on its own connection.
  async sendOneway(args) {
    const message = toMessage(args);
    const info = await producer.tryToFindTopicPublishInfo(message.topic);
    const queue = info.selectOneMessageQueue(null, message);
    const command = RemotingCommand.createRequestCommand(SEND_MESSAGE_V2, {
      a: group,
      b: message.topic,
      c: producer.createTopicKey,
      d: producer.defaultTopicQueueNums,
      e: queue.queueId,
      f: 0,
      g: Date.now(),
      h: 0,
      i: MessageDecoder.messageProperties2String(message.properties),
    });
    command.markOnewayRPC();
    command.body = message.body;
    await producer._mqClient.invokeOneway(producer._mqClient.findBrokerAddressInPublish(queue.brokerName), command);
  },

  async createTopic({ topic, queues }) {
    const client = producer._mqClient;
    const { brokerDatas } = await client.getDefaultTopicRouteInfoFromNameServer('TBW102', 3000);
    await client.createTopic(brokerDatas[0].brokerAddrs[0], 'TBW102', {
      topicName: topic, readQueueNums: queues, writeQueueNums: queues, perm: 6, topicFilterType: 'SINGLE_TAG', topicSysFlag: 0, order: false,
    }, 3000);
  },

  async close() {
    await producer.close();
  },
});
