using System.Buffers;
using System.Text;
using RocketMQ.Protocol.Messages;

namespace RocketMQ.Store.Tests;

/// <summary>Batches that are one record.</summary>
internal static class Batches
{
    public static AppendResult Append(MessageStore store, string topic, int queueId, int count) =>
        store.Append(topic, queueId, Body(count), $"INNER_NUM\u0001{count}\u0002", MessageSysFlag.InnerBatch | MessageSysFlag.NeedUnwrap);

    public static byte[] Body(int count)
    {
        var writer = new ArrayBufferWriter<byte>();
        for (var i = 0; i < count; i++)
        {
            BatchBody.Write(writer, flag: 0, Encoding.UTF8.GetBytes($"{i}"), default);
        }
        return writer.WrittenSpan.ToArray();
    }
}
