using System.Reflection;
using Newtonsoft.Json.Linq;
using RocketMQ.Protocol.Json;

namespace RocketMQ.Protocol.Tests;

/// <summary>Reads and prints bodies whose type a test case names.</summary>
internal static class AnyBody
{
    private static readonly MethodInfo Read = typeof(RemotingJson).GetMethod(nameof(RemotingJson.Deserialize), [typeof(string)])!;
    private static readonly MethodInfo Print = typeof(RemotingJson).GetMethod(nameof(RemotingJson.SerializeToString))!;

    public static string RoundTrip(string text, Type type, JsonStyle style)
    {
        var body = Read.MakeGenericMethod(type).Invoke(null, BindingFlags.DoNotWrapExceptions, null, [text], null);
        return (string)Print.MakeGenericMethod(type).Invoke(null, [body, style])!;
    }

    /// <summary>Every property of <paramref name="original"/> is in <paramref name="printed"/> with its value; the latter may say more.</summary>
    public static void AssertKeeps(string original, string printed) => AssertKeeps(Tree(original), Tree(printed));

    private static JToken Tree(string text) => RemotingJson.Deserialize<JToken>(text);

    private static void AssertKeeps(JToken original, JToken printed)
    {
        switch (original)
        {
            case JObject map:
                foreach (var property in map.Properties())
                {
                    var kept = printed[property.Name];
                    Assert.That(kept, Is.Not.Null, property.Path);
                    AssertKeeps(property.Value, kept!);
                }

                break;
            case JArray list:
                Assert.That(printed.Count(), Is.EqualTo(list.Count), original.Path);
                for (var i = 0; i < list.Count; i++)
                {
                    AssertKeeps(list[i], printed[i]!);
                }

                break;
            default:
                Assert.That(JToken.DeepEquals(original, printed), $"{original.Path}: {original} became {printed}");
                break;
        }
    }
}
