using System.Buffers;
using System.Globalization;
using RocketMQ.Protocol.Messages;

namespace RocketMQ.Client.Producing;

/// <summary>Checks messages and turns them into what is sent: properties text, unique id, compressed body.</summary>
internal sealed class MessageEncoder(ProducerOptions options, UniqueMessageIdSource ids, TimeProvider time)
{
    /// <exception cref="ArgumentException">The message breaks a limit, which the message of the exception names.</exception>
    public OutgoingMessage Encode(Message message, int sysFlag = 0, IReadOnlyDictionary<string, string>? systemProperties = null)
    {
        MessageRules.Check(message, options.MaxMessageBytes);
        var id = ids.Next();
        var properties = Properties(message, id, systemProperties);
        var body = message.Body;
        if (body.Length >= options.CompressFromBytes)
        {
            body = ZlibBody.Deflate(body.Span, options.CompressionLevel);
            sysFlag |= MessageSysFlag.Compressed | MessageSysFlag.CompressionTypeZlib;
        }

        return new OutgoingMessage
        {
            Topic = message.Topic,
            Body = body,
            Properties = properties,
            SysFlag = sysFlag,
            Flag = message.Flag,
            BornTimestamp = Now(),
            MessageId = id,
        };
    }

    /// <exception cref="ArgumentException">The messages can't go together, or break a limit.</exception>
    public OutgoingMessage EncodeBatch(IReadOnlyCollection<Message> messages)
    {
        MessageRules.CheckBatch(messages);
        var body = new ArrayBufferWriter<byte>();
        var batchIds = new List<string>(messages.Count);
        foreach (var message in messages)
        {
            MessageRules.Check(message, options.MaxMessageBytes);
            var id = ids.Next();
            batchIds.Add(id);
            BatchBody.Write(body, message.Flag, message.Body.Span, Properties(message, id, null));
        }

        if (body.WrittenCount > options.MaxMessageBytes)
        {
            throw new ArgumentException(
                $"The batch takes {body.WrittenCount} bytes, MaxMessageBytes is {options.MaxMessageBytes}. Send fewer messages at once.", nameof(messages));
        }

        var first = messages.First();
        var properties = new Dictionary<string, string>
        {
            [PropertyNames.UniqueKey] = ids.Next(),
            [PropertyNames.WaitStoreOk] = first.WaitForStore ? "true" : "false",
        };
        return new OutgoingMessage
        {
            Topic = first.Topic,
            Body = body.WrittenMemory,
            Properties = PropertyText.ToUtf8(properties),
            SysFlag = 0,
            Flag = 0,
            BornTimestamp = Now(),
            MessageId = string.Join(',', batchIds),
            IsBatch = true,
        };
    }

    private static byte[] Properties(Message message, string id, IReadOnlyDictionary<string, string>? systemProperties)
    {
        var all = new Dictionary<string, string>(message.Properties, StringComparer.Ordinal)
        {
            [PropertyNames.UniqueKey] = id,
            [PropertyNames.WaitStoreOk] = message.WaitForStore ? "true" : "false",
        };
        SetUnlessNull(all, PropertyNames.Tags, message.Tag);
        SetUnlessNull(all, PropertyNames.Keys, message.Keys.Count == 0 ? null : string.Join(PropertyNames.KeySeparator, message.Keys));
        SetUnlessNull(all, PropertyNames.ShardingKey, message.ShardingKey);
        SetUnlessNull(all, PropertyNames.DelayLevel, message.DelayLevel == 0 ? null : message.DelayLevel.ToString(CultureInfo.InvariantCulture));
        SetUnlessNull(all, PropertyNames.TimerDelayMs, ((long?)message.DelayFor?.TotalMilliseconds)?.ToString(CultureInfo.InvariantCulture));
        SetUnlessNull(all, PropertyNames.TimerDeliverMs, message.DeliverAt?.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture));
        foreach (var (name, value) in systemProperties ?? new Dictionary<string, string>())
        {
            all[name] = value;
        }

        var text = PropertyText.ToUtf8(all);
        return text.Length <= MessageLayout.MaxPropertiesLength
            ? text
            : throw new ArgumentException(
                $"The properties take {text.Length} bytes, a message holds {MessageLayout.MaxPropertiesLength}. Move the larger ones into the body.", nameof(message));
    }

    private static void SetUnlessNull(Dictionary<string, string> properties, string name, string? value)
    {
        if (value is not null)
        {
            properties[name] = value;
        }
    }

    private long Now() => time.GetUtcNow().ToUnixTimeMilliseconds();
}
