using RocketMQ.Broker.Topics;
using RocketMQ.Protocol.Messages;

namespace RocketMQ.Broker.Sending;

/// <summary>The topic of messages that a group gave up on.</summary>
public static class DeadLetters
{
    /// <summary>Sends the message to the group's dead-letter topic, without delay.</summary>
    /// <param name="draft">The message.</param>
    /// <param name="group">Whose dead letter it becomes.</param>
    /// <param name="topics">Where the topic is created when it is the group's first.</param>
    /// <param name="delay">What property DELAY says instead of a level: 0 when the broker gave up, −1 when the consumer sent it itself.</param>
    public static void Redirect(ref MessageDraft draft, string group, TopicTable topics, ReadOnlySpan<byte> delay)
    {
        var topic = SystemTopics.DeadLetterOf(group);
        topics.GetOrCreate(topic, 1, TopicPermission.ReadWrite);
        draft.Topic = topic;
        draft.QueueId = 0;
        draft.Properties = PropertyEdit.Set(draft.Properties, PropertyNames.Utf8.DelayLevel, delay);
    }
}
