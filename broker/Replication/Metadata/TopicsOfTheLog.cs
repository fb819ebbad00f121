using System.Collections.Concurrent;
using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Roles;
using RocketMQ.Broker.Topics;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Names;
using RocketMQ.Store;

namespace RocketMQ.Broker.Replication.Metadata;

/// <summary>
/// Has a slave know every topic that a message of its log is in, also before the master has told of it: were it lost in between, the message would be there,
/// and nobody could ask for it. What the topic is like the master says later; until then it is as a first send makes one.
/// </summary>
internal sealed class TopicsOfTheLog : ILogDispatcher, IThreadPoolWorkItem
{
    private readonly BrokerOptions _options;
    private readonly CurrentRole _role;
    private readonly TopicTable _topics;

    /// <summary>Topics that nobody has told of, and the last queue that a message was in.</summary>
    private readonly ConcurrentDictionary<string, int> _unknown = new(StringComparer.Ordinal);
    private int _isAtIt;

    public TopicsOfTheLog(BrokerOptions options, CurrentRole role, TopicTable topics)
    {
        _options = options;
        _role = role;
        _topics = topics;
    }

    public void OnRecord(in DispatchedRecord record)
    {
        if (_role.IsMaster || !record.IsQueued || Knows(record.Topic, record.QueueId) || _unknown.Count > _options.MaxTopicNum)
        {
            return;
        }

        // Nothing is captured: that would be made for every record.
        _unknown.AddOrUpdate(record.Topic, static (_, queueId) => queueId, static (_, known, queueId) => Math.Max(known, queueId), record.QueueId);
        if (Interlocked.Exchange(ref _isAtIt, 1) == 0)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    /// <summary>Makes those that are still unknown: before the broker takes over, and again and again while it follows.</summary>
    public void MakeKnown()
    {
        foreach (var topic in _unknown.Keys)
        {
            if (_unknown.TryRemove(topic, out var queueId) && !Knows(topic, queueId) && NameRule.IsLegal(NameKind.Topic, topic))
            {
                var queues = Math.Max(queueId + 1, _topics.Get(topic)?.ReadQueueNums ?? _options.DefaultTopicQueueNums);
                _topics.Put((_topics.Get(topic) ?? new TopicConfig { TopicName = topic }) with { ReadQueueNums = queues, WriteQueueNums = queues });
            }
        }
    }

    void IThreadPoolWorkItem.Execute()
    {
        Volatile.Write(ref _isAtIt, 0);
        MakeKnown();
    }

    private bool Knows(string topic, int queueId) => _topics.TryGet(topic, out var config) && queueId < Math.Max(config.ReadQueueNums, config.WriteQueueNums);
}
