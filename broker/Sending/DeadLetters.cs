using RocketMQ.Broker.Topics;
using RocketMQ.Protocol.Messages;

namespace RocketMQ.Broker.Sending;

/// <summary>The topic of messages that a group gave up on.</summary>
public static class DeadLetters
{
    /// <summary>Sends the message to the group's dead-letter topic, without delay.</summary>
    public static void Redirect(ref MessageDraft draft, string group, TopicTable topics)
    {
        var topic = SystemTopics.DeadLetterOf(group);
        topics.GetOrCreate(topic, 1, TopicPermission.ReadWrite);
        draft.Topic = topic;
        draft.QueueId = 0;
        draft.Properties = PropertyEdit.Set(draft.Properties, PropertyNames.Utf8.DelayLevel, "0"u8);
    }
}
