using System.Text;
using RocketMQ.Broker.Filtering;
using RocketMQ.Broker.Filtering.Sql;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Messages;

namespace RocketMQ.Benchmarks.Operations;

/// <summary>All operations, by the name that the expectation file gives them.</summary>
public static class OperationCatalog
{
    private static readonly byte[] Properties = Encoding.UTF8.GetBytes("KEYS\u0001order-42\u0002TAGS\u0001TagA\u0002a\u00017\u0002color\u0001blue\u0002");

    public static IReadOnlyDictionary<string, Func<IOperation>> All { get; } = new Dictionary<string, Func<IOperation>>
    {
        ["frame read"] = Codec.FrameRead,
        ["header decode, JSON"] = () => Codec.Decode(SerializeType.Json),
        ["header decode, ROCKETMQ"] = () => Codec.Decode(SerializeType.RocketMq),
        ["header encode, JSON"] = () => Codec.Encode(SerializeType.Json),
        ["header encode, ROCKETMQ"] = () => Codec.Encode(SerializeType.RocketMq),
        ["typed send header read"] = Codec.ReadSendHeader,
        ["record encode, 128 B"] = () => Records.Encode(128),
        ["append and dispatch, 128 B"] = () => new Append(128),
        ["append and dispatch, 1 KiB"] = () => new Append(1024),
        ["append and dispatch, 4 KiB"] = () => new Append(4096),
        ["pull assembly, 32 of 128 B"] = () => new PullAssembly(),
        ["filter match, tags"] = () => Tags("TagB || TagA"),
        ["filter match, SQL92"] = () => Sql("a > 3 AND color = 'blue'"),
        ["send request in all, 128 B"] = () => new ServedSend(),
        ["pull request in all, 32 of 128 B"] = () => new ServedPull(),
    };

    private static Plain Tags(string subscription)
    {
        Assert.That(TagFilter.TryParse(subscription, out var filter, out _));
        var code = JavaHash.Of("TagA"u8);
        return new Plain(() =>
        {
            if (!filter!.MayMatch(code) || !filter.Matches(Properties))
            {
                throw new InvalidOperationException("The filter is wrong.");
            }
        });
    }

    private static Plain Sql(string condition)
    {
        Assert.That(SqlFilter.TryCompile(condition, out var filter, out _));
        return new Plain(() =>
        {
            if (!filter!.Matches(Properties))
            {
                throw new InvalidOperationException("The filter is wrong.");
            }
        });
    }
}
