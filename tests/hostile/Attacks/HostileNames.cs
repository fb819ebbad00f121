using System.Net;
using RocketMQ.Protocol.Codes;
using RocketMQ.TestSupport;

namespace RocketMQ.Hostile.Tests.Attacks;

/// <summary>
/// Paths, control characters and the broker's own names, in every field of every code that destroys nothing by its own right; what deletes by
/// name is asked to delete what is no name, a directory that is made for it among them.
/// </summary>
internal sealed class HostileNames : IAttack
{
    internal static readonly int[] Deletions =
    [
        RequestCode.DeleteTopicInBroker, RequestCode.DeleteSubscriptiongroup, RequestCode.UpdateAndCreateTopic, RequestCode.AuthDeleteUser, RequestCode.AuthDeleteAcl,
    ];

    internal static readonly int[] NameServerDeletions = [RequestCode.DeleteTopicInNamesrv, RequestCode.DeleteKvConfig, RequestCode.UnregisterBroker, RequestCode.WipeWritePermOfBroker];

    internal static readonly int[] Codes =
    [
        RequestCode.PullMessage, RequestCode.QueryMessage, RequestCode.QueryConsumerOffset, RequestCode.UpdateConsumerOffset, RequestCode.SearchOffsetByTimestamp,
        RequestCode.GetMaxOffset, RequestCode.GetMinOffset, RequestCode.GetEarliestMsgStoretime, RequestCode.UnregisterClient, RequestCode.ConsumerSendMsgBack,
        RequestCode.EndTransaction, RequestCode.GetConsumerListByGroup, RequestCode.GetTopicStatsInfo,
        RequestCode.GetConsumerConnectionList, RequestCode.GetProducerConnectionList, RequestCode.GetConsumeStats, RequestCode.ResetConsumerClientOffset,
        RequestCode.QueryTopicConsumeByWho, RequestCode.QueryConsumeTimeSpan, RequestCode.GetConsumerRunningInfo, RequestCode.CloneGroupOffset,
        RequestCode.ViewBrokerStatsData, RequestCode.SendMessage, RequestCode.SendMessageV2, RequestCode.SendBatchMessage, RequestCode.QueryConsumeQueue,
        RequestCode.PopMessage, RequestCode.AckMessage, RequestCode.ChangeMessageInvisibletime, RequestCode.Notification, RequestCode.PollingInfo,
        RequestCode.GetTopicConfig, RequestCode.GetSubscriptiongroupConfig, RequestCode.RecallMessage,
    ];

    public async Task RunAsync(Target target, CancellationToken cancellationToken)
    {
        using var folder = new TestFolder();
        var victim = folder.File("victim");
        Directory.CreateDirectory(victim);
        await File.WriteAllTextAsync(Path.Combine(victim, "kept.txt"), "precious", CancellationToken.None);
        string[] nobodys = [.. Names.None, victim, Path.GetRelativePath("/", victim), $"../../../../../../..{victim}", $"%RETRY%{victim}"];
        try
        {
            await Task.WhenAll(
                FloodAsync(target.Broker, Codes, Names.Hostile, cancellationToken),
                FloodAsync(target.Broker, Deletions, nobodys, cancellationToken),
                FloodAsync(target.NameServer, [RequestCode.GetRouteinfoByTopic], Names.Hostile, cancellationToken),
                FloodAsync(target.NameServer, NameServerDeletions, nobodys, cancellationToken));
        }
        finally
        {
            Assert.That(await File.ReadAllTextAsync(Path.Combine(victim, "kept.txt"), CancellationToken.None), Is.EqualTo("precious"), "a directory beside the store");
        }
    }

    /// <summary>Each frame is made once: to make those with long names takes longer than to refuse them, and the good client shares this process.</summary>
    private static Task FloodAsync(IPEndPoint server, int[] codes, string[] names, CancellationToken cancellationToken)
    {
        var frames = new byte[codes.Length * names.Length][];
        return Target.FloodAsync(
            server, i => frames[i % frames.Length] ??= RawConnection.Frame(Requests.Any(codes[i % codes.Length], names[i / codes.Length % names.Length])), cancellationToken);
    }
}
