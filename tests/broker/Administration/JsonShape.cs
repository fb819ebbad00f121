using Newtonsoft.Json.Linq;
using RocketMQ.Protocol.Json;

namespace RocketMQ.Broker.Tests.Administration;

/// <summary>The fields of a JSON text, whatever their values: <c>offsetTable.*.maxOffset</c>.</summary>
internal static class JsonShape
{
    /// <summary>Properties that are maps: their keys are data.</summary>
    private static readonly HashSet<string> Maps =
    [
        "offsetTable", "topicConfigTable", "subscriptionGroupTable", "forbiddenTable", "consumerTable", "messageQueueTable", "attributes",
        "topicQueueMappingInfoMap", "topicQueueMappingDetailMap", "groupTopicMap",
    ];

    public static IReadOnlyCollection<string> Of(ReadOnlySpan<byte> json)
    {
        var paths = new SortedSet<string>(StringComparer.Ordinal);
        Add(RemotingJson.Deserialize<JToken>(json), "", paths);
        return paths;
    }

    private static void Add(JToken token, string path, SortedSet<string> paths)
    {
        switch (token)
        {
            case JObject owner:
                foreach (var (name, value) in owner)
                {
                    Add(value!, IsMap(path) ? $"{path}.*" : $"{path}.{name}", paths);
                }

                break;
            case JArray items:
                foreach (var item in items)
                {
                    Add(item, path + "[]", paths);
                }

                break;
        }

        paths.Add(path);
    }

    private static bool IsMap(string path) => Maps.Contains(path[(path.LastIndexOf('.') + 1)..]);
}
