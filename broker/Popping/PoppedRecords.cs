using System.Buffers;
using System.Text;
using RocketMQ.Broker.Sending;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Messages;
using RocketMQ.Store;

namespace RocketMQ.Broker.Popping;

/// <summary>
/// The records of a pop, from several queues. Those of the topic itself are copied once, from the log's pages into the connection's
/// output; those of retry topics are written anew, with the topic the consumer asked for and their receipt.
/// </summary>
internal sealed class PoppedRecords : IBodySource
{
    private readonly List<GetResult> _leased = [];
    private readonly List<(GetResult? Leased, byte[]? Rewritten)> _parts = [];

    /// <summary>Messages, not bytes; nor records, for one may be a batch.</summary>
    public int Count { get; private set; }

    public int Length { get; private set; }

    /// <summary>Takes the records over as they are.</summary>
    public void Add(GetResult found)
    {
        _leased.Add(found);
        _parts.Add((found, null));
        Count += found.Messages;
        Length += found.TotalBytes;
    }

    /// <summary>Takes the records of a retry topic over.</summary>
    public void AddAs(string topic, GetResult found, PopReceipt receipt, string retryTopic, int queueId)
    {
        for (var i = 0; i < found.Count; i++)
        {
            var rewritten = Rewrite(found[i], topic, receipt.Format(retryTopic, queueId, found.QueueOffsetAt(i)));
            _parts.Add((null, rewritten));
            Length += rewritten.Length;
        }

        Count += found.Messages;
        found.Dispose();
    }

    /// <summary>Has the records read from the disk if they are not in memory.</summary>
    public void Touch()
    {
        foreach (var found in _leased)
        {
            found.Touch();
        }
    }

    public void WriteTo(IBufferWriter<byte> output)
    {
        foreach (var (leased, rewritten) in _parts)
        {
            if (leased is not null)
            {
                leased.WriteTo(output);
            }
            else
            {
                output.Write(rewritten);
            }
        }
    }

    public void Dispose()
    {
        foreach (var found in _leased)
        {
            found.Dispose();
        }

        _leased.Clear();
        _parts.Clear();
    }

    private static byte[] Rewrite(ReadOnlySpan<byte> bytes, string topic, string receipt)
    {
        if (MessageRecord.TryRead(bytes, out var record) != RecordReadStatus.Ok)
        {
            return bytes.ToArray();
        }

        var draft = RecordCopy.To(topic, record.QueueId, record, record.StoreHost);
        draft.PreparedTransactionOffset = record.PreparedTransactionOffset;
        if (!PropertyText.TryFind(record.Properties, "POP_CK"u8, out _))
        {
            draft.MoreProperties = PropertyText.ToUtf8([new(PropertyNames.PopCheckPoint, receipt)]);
        }

        if (draft.PropertiesLength > MessageLayout.MaxPropertiesLength)
        {
            // The consumer then works the receipt out of the reply's header, by the retry topic's name.
            return bytes.ToArray();
        }

        var name = Encoding.UTF8.GetBytes(topic);
        var rewritten = new byte[MessageRecordWriter.Size(draft, name.Length)];
        MessageRecordWriter.Write(rewritten, draft, name, record.BodyCrc, record.QueueOffset, record.PhysicalOffset, record.StoreTimestamp);
        return rewritten;
    }
}
