using System.Text;
using Google.Protobuf;
using RocketMQ.Controller.Etcd.Wire;

namespace RocketMQ.Controller.Etcd;

/// <summary>The keys of a group of controllers, and transactions on them.</summary>
internal sealed class EtcdKeys(string prefix, string group)
{
    private readonly string _root = $"{prefix.TrimEnd('/')}/{group}/";

    public ByteString Root => ByteString.CopyFromUtf8(_root);

    /// <summary>Behind the last key that begins with the root.</summary>
    public ByteString End
    {
        get
        {
            var end = Encoding.UTF8.GetBytes(_root);
            end[^1]++;
            return ByteString.CopyFrom(end);
        }
    }

    public ByteString Leader => ByteString.CopyFromUtf8($"{_root}leader");

    private string Sets => $"{_root}sets/";

    public ByteString Set(string name) => ByteString.CopyFromUtf8(Sets + name);

    /// <returns>The set that a key is of; null: of none.</returns>
    public string? SetOf(ByteString key)
    {
        var text = key.ToStringUtf8();
        return text.StartsWith(Sets, StringComparison.Ordinal) ? text[Sets.Length..] : null;
    }

    /// <summary>Whether a key is as it was changed at this revision; 0: is not there.</summary>
    public static Compare IsAt(ByteString key, long revision) => new()
    {
        Key = key, Target = Compare.Types.CompareTarget.Mod, Result = Compare.Types.CompareResult.Equal, ModRevision = revision,
    };

    public static RequestOp Get(ByteString key) => new() { RequestRange = new RangeRequest { Key = key } };

    public static RequestOp Put(ByteString key, ByteString value, long lease = 0) => new() { RequestPut = new PutRequest { Key = key, Value = value, Lease = lease } };

    public static RequestOp Delete(ByteString key) => new() { RequestDeleteRange = new DeleteRangeRequest { Key = key } };
}
