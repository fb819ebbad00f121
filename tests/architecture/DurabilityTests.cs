using System.Text.RegularExpressions;

namespace RocketMQ.Architecture.Tests;

/// <summary>
/// What the broker stores becomes an answer by way of its durability alone. The types ask for one where an answer is made; this keeps the
/// ways around them shut.
/// </summary>
public partial class DurabilityTests
{
    private const string Door = "broker/Sending/MessagePublisher.cs";

    /// <summary>Where a durability is known without waiting for one: the door itself, and a producer that said it does not wait.</summary>
    private static readonly string[] MayMakeOne = [Door, "broker/Sending/Durability.cs"];

    [Test]
    public void The_broker_appends_to_the_log_in_one_place() => Forbid(
        StoreAppend(), file => file != Door, "append by MessagePublisher, which says how durable it is");

    [Test]
    public void Nobody_drops_what_an_append_or_a_wait_for_it_says() => Forbid(
        Dropped(), _ => true, "keep the result: it says whether the message is stored, or how durable it is");

    [Test]
    public void A_durability_comes_from_waiting() => Forbid(
        Made(), file => !MayMakeOne.Contains(file), "wait for it: MessagePublisher.WaitStoredAsync or a StoredMark");

    private static void Forbid(Regex pattern, Func<string, bool> where, string instead) => Assert.Multiple(() =>
    {
        foreach (var file in Repository.ShippedSources.Where(f => f.StartsWith("broker/", StringComparison.Ordinal)).Where(where))
        {
            var lines = Repository.Lines(file);
            for (var i = 0; i < lines.Length; i++)
            {
                Assert.That(pattern.IsMatch(lines[i]), Is.False, $"{file}:{i + 1}: {lines[i].Trim()}: {instead}");
            }
        }
    });

    [GeneratedRegex(@"\b_?(store|_engine)\.Append(Batch)?\(", RegexOptions.IgnoreCase)]
    private static partial Regex StoreAppend();

    /// <summary>A statement that is only the call, or one that throws its value away.</summary>
    [GeneratedRegex(@"^\s*(_ = )?(await )?(_?\w+\.)*(_?publisher\.(Publish|PublishBatch|Append)|_?log\.Append|WaitStoredAsync|WaitOnDiskAsync|WaitFlushedAsync)\(.*;\s*$", RegexOptions.IgnoreCase)]
    private static partial Regex Dropped();

    [GeneratedRegex(@"\bDurability\.(Stored|Of)\b|default\(Durability\)|new Durability\(")]
    private static partial Regex Made();
}
