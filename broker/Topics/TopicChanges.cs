using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Core;
using RocketMQ.Protocol.Bodies;

namespace RocketMQ.Broker.Topics;

/// <summary>What an operator may make of a topic: the rules that the one-topic request and the list share.</summary>
public sealed class TopicChanges(BrokerOptions options, TopicTable topics)
{
    /// <summary>Most queues that a topic may have; the store has room for no more.</summary>
    public const int MaxQueues = 65_536;

    private const string MixedType = "MIXED";

    /// <param name="wanted">The topic as described; its attributes are taken from <paramref name="attributes"/> instead.</param>
    /// <param name="attributes">Changes to its attributes, as <see cref="TopicAttributes"/> reads them.</param>
    /// <param name="result">The topic to put, where nothing is wrong.</param>
    /// <returns><see langword="null"/>, or what is wrong.</returns>
    public Refusal? Check(TopicConfig wanted, string? attributes, out TopicConfig result)
    {
        result = wanted;
        if (SystemTopics.Validate(wanted.TopicName) is { } badName)
        {
            return Illegal(badName);
        }

        if (options.ValidateSystemTopicWhenUpdateTopic && topics.IsSystem(wanted.TopicName))
        {
            return Illegal(SystemTopicRefusal(wanted.TopicName));
        }

        if (wanted.ReadQueueNums is < 0 or > MaxQueues || wanted.WriteQueueNums is < 0 or > MaxQueues)
        {
            return Illegal($"topic[{wanted.TopicName}] can't have {wanted.ReadQueueNums} queues to read and {wanted.WriteQueueNums} to write: 0 to {MaxQueues} of each");
        }

        if (topics.IsFull && topics.Get(wanted.TopicName) is null)
        {
            return Illegal(topics.FullReason);
        }

        if (TopicAttributes.Change(topics.Get(wanted.TopicName)?.Attributes, attributes, out var changed) is { } badAttribute)
        {
            // As Apache's broker answers.
            return new Refusal(RefusalKind.SystemError, badAttribute);
        }

        if (!options.EnableMixedMessageType && changed.GetValueOrDefault(TopicAttributes.MessageType) == MixedType)
        {
            return Illegal("MIXED message type is not supported. (enableMixedMessageType=false)");
        }

        result = wanted with { Attributes = changed };
        return null;
    }

    /// <summary>Puts a topic that was checked; one that is the same already is left alone, and its version with it.</summary>
    public void Put(TopicConfig topic)
    {
        if (topics.Get(topic.TopicName) is not { } known || !AreSame(known, topic))
        {
            topics.Put(topic);
        }
    }

    /// <summary>Why a topic may be neither changed nor deleted.</summary>
    public static string SystemTopicRefusal(string topic) =>
        $"The topic[{topic}] is conflict with system topic. (validateSystemTopicWhenUpdateTopic=true)";

    private static Refusal Illegal(string reason) => new(RefusalKind.InvalidParameter, reason);

    internal static bool AreSame(TopicConfig a, TopicConfig b) =>
        a with { Attributes = b.Attributes } == b
        && a.Attributes.Count == b.Attributes.Count
        && !a.Attributes.Except(b.Attributes).Any();
}
