using System.Buffers;
using RocketMQ.Protocol.Messages;

namespace RocketMQ.Client.Producing;

/// <summary>What a message must keep to before it is sent. Brokers refuse the same things, later and in fewer words.</summary>
internal static class MessageRules
{
    public const int MaxTopicLength = 127;
    public const int MaxGroupLength = 120;

    private const string RetryPrefix = "%RETRY%";
    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-%|");

    public static void CheckTopic(string topic) => CheckName("topic", topic, MaxTopicLength);

    public static void CheckGroup(string group) => CheckName("group", group, MaxGroupLength);

    public static void Check(Message message, int maxBytes)
    {
        CheckTopic(message.Topic);
        if (message.Body.IsEmpty)
        {
            throw new ArgumentException("The message has no body; it needs at least one byte.", nameof(message));
        }

        if (message.Body.Length > maxBytes)
        {
            throw new ArgumentException(
                $"The body has {message.Body.Length} bytes, MaxMessageBytes is {maxBytes}. Send less, or raise it here and maxMessageSize on the brokers.", nameof(message));
        }

        var delays = (message.DelayLevel != 0 ? 1 : 0) + (message.DelayFor is null ? 0 : 1) + (message.DeliverAt is null ? 0 : 1);
        if (delays > 1)
        {
            throw new ArgumentException("DelayLevel, DelayFor and DeliverAt exclude each other; set one.", nameof(message));
        }

        CheckText("tag", message.Tag);
        CheckText("sharding key", message.ShardingKey);
        foreach (var key in message.Keys)
        {
            CheckText("key", key);
            if (key.Contains(PropertyNames.KeySeparator, StringComparison.Ordinal))
            {
                throw new ArgumentException($"The key '{key}' contains a space, which separates keys.", nameof(message));
            }
        }

        foreach (var (name, value) in message.Properties)
        {
            CheckText("property name", name);
            CheckText($"property '{name}'", value);
        }
    }

    public static void CheckBatch(IReadOnlyCollection<Message> messages)
    {
        if (messages.Count == 0)
        {
            throw new ArgumentException("The batch is empty.", nameof(messages));
        }

        var first = messages.First();
        foreach (var message in messages)
        {
            if (message.Topic != first.Topic)
            {
                throw new ArgumentException($"The batch mixes topics '{first.Topic}' and '{message.Topic}'; send a batch for each.", nameof(messages));
            }

            if (message.WaitForStore != first.WaitForStore)
            {
                throw new ArgumentException("The messages of a batch must agree on WaitForStore.", nameof(messages));
            }

            if (message.IsDelayed)
            {
                throw new ArgumentException("Delayed messages can't go in a batch; send them one by one.", nameof(messages));
            }
        }

        if (first.Topic.StartsWith(RetryPrefix, StringComparison.Ordinal))
        {
            throw new ArgumentException("Retry topics take no batches.", nameof(messages));
        }
    }

    private static void CheckName(string what, string name, int maxLength)
    {
        if (string.IsNullOrEmpty(name))
        {
            throw new ArgumentException($"The {what} is empty.", what);
        }

        if (name.Length > maxLength)
        {
            throw new ArgumentException($"The {what} '{name}' has {name.Length} characters, the limit is {maxLength}.", what);
        }

        if (name.AsSpan().IndexOfAnyExcept(NameCharacters) is >= 0 and var at)
        {
            throw new ArgumentException($"The {what} '{name}' contains '{name[at]}'; allowed are letters, digits and _ - % |.", what);
        }
    }

    private static void CheckText(string what, string? text)
    {
        if (text is not null && text.AsSpan().IndexOfAny((char)PropertyText.NameEnd, (char)PropertyText.ValueEnd) >= 0)
        {
            throw new ArgumentException($"The {what} contains U+0001 or U+0002, which separate properties.", nameof(text));
        }
    }
}
