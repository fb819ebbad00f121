using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;

namespace RocketMQ.Controller.Sets;

/// <summary>A broker set as stores keep it: one line of JSON.</summary>
public static class BrokerSetText
{
    public static byte[] Write(BrokerSet set)
    {
        var text = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(text))
        {
            json.WriteStartObject();
            json.WriteString("cluster"u8, set.Cluster);
            json.WriteString("name"u8, set.Name);
            if (set.MasterBrokerId is { } master)
            {
                json.WriteNumber("masterBrokerId"u8, master);
            }

            json.WriteNumber("masterEpoch"u8, set.MasterEpoch);
            json.WriteStartArray("syncStateSet"u8);
            foreach (var id in set.SyncStateSet)
            {
                json.WriteNumberValue(id);
            }

            json.WriteEndArray();
            json.WriteNumber("syncStateSetEpoch"u8, set.SyncStateSetEpoch);
            json.WriteNumber("nextBrokerId"u8, set.NextBrokerId);
            json.WriteStartArray("replicas"u8);
            foreach (var (id, replica) in set.Replicas)
            {
                json.WriteStartObject();
                json.WriteNumber("brokerId"u8, id);
                json.WriteString("address"u8, replica.Address);
                json.WriteString("checkCode"u8, replica.CheckCode);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return text.WrittenSpan.ToArray();
    }

    /// <exception cref="FormatException">The text is no broker set.</exception>
    public static BrokerSet Read(ReadOnlyMemory<byte> text)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            var root = json.RootElement;
            var set = new BrokerSet
            {
                Cluster = Text(root, "cluster"),
                Name = Text(root, "name"),
                MasterBrokerId = root.TryGetProperty("masterBrokerId", out var master) ? master.GetInt64() : null,
                MasterEpoch = root.GetProperty("masterEpoch").GetInt32(),
                SyncStateSet = [.. root.GetProperty("syncStateSet").EnumerateArray().Select(id => id.GetInt64())],
                SyncStateSetEpoch = root.GetProperty("syncStateSetEpoch").GetInt32(),
                NextBrokerId = root.GetProperty("nextBrokerId").GetInt64(),
                Replicas = root.GetProperty("replicas").EnumerateArray()
                    .ToImmutableSortedDictionary(each => each.GetProperty("brokerId").GetInt64(), each => new Replica(Text(each, "address"), Text(each, "checkCode"))),
            };
            return IsWhole(set) ? set : throw new FormatException($"the set {set.Name} has a master, or a member of its sync-state set, that is none of its brokers, or an epoch below 0");
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or ArgumentException)
        {
            throw new FormatException($"this is no broker set: {e.Message}", e);
        }
    }

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString() is { Length: > 0 } text ? text : throw new FormatException($"{name} is empty");

    private static bool IsWhole(BrokerSet set) =>
        set.MasterEpoch >= 0 && set.SyncStateSetEpoch >= 0 && set.SyncStateSet.All(set.Replicas.ContainsKey) && (set.MasterBrokerId is not { } master || set.Replicas.ContainsKey(master));
}
