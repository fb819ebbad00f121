using System.Globalization;
using RocketMQ.Broker.Tests.Support;
using RocketMQ.Protocol.Codes;

namespace RocketMQ.Broker.Tests.Auth;

/// <summary>
/// Every request the broker knows, asked by nobody, with a wrong secret, by a user without the right and by one with it. A request that is
/// added without a row here fails.
/// </summary>
public sealed class AccessTableTests
{
    private const string Topic = "orders";
    private const string Group = "readers";

    /// <summary>What needs no right beyond being a user: what it touches is asked about once it is known, or it touches nothing of others.</summary>
    private const string AnyUser = "any user";

    private static readonly Dictionary<int, string> Needs = new()
    {
        [RequestCode.SendMessage] = "Pub on Topic:orders",
        [RequestCode.SendMessageV2] = "Pub on Topic:orders",
        [RequestCode.SendBatchMessage] = "Pub on Topic:orders",
        [RequestCode.RecallMessage] = "Pub on Topic:orders",
        [RequestCode.EndTransaction] = "Pub on Topic:orders",
        [RequestCode.SendReplyMessage] = AnyUser,
        [RequestCode.SendReplyMessageV2] = AnyUser,
        [RequestCode.PullMessage] = "Sub on Group:readers, Topic:orders",
        [RequestCode.LitePullMessage] = "Sub on Group:readers, Topic:orders",
        [RequestCode.PopMessage] = "Sub on Group:readers, Topic:orders",
        [RequestCode.PeekMessage] = "Sub on Group:readers, Topic:orders",
        [RequestCode.AckMessage] = "Sub on Group:readers, Topic:orders",
        [RequestCode.BatchAckMessage] = "Sub on Group:readers, Topic:orders",
        [RequestCode.ChangeMessageInvisibletime] = "Sub on Group:readers, Topic:orders",
        [RequestCode.Notification] = "Sub on Group:readers, Topic:orders",
        [RequestCode.ConsumerSendMsgBack] = "Sub on Group:readers",
        [RequestCode.HeartBeat] = "Sub on Group:readers, Topic:orders",
        [RequestCode.UnregisterClient] = "Sub on Group:readers",
        [RequestCode.CheckClientConfig] = "Sub on Group:readers, Topic:orders",
        [RequestCode.LockBatchMq] = "Sub on Group:readers, Topic:orders",
        [RequestCode.UnlockBatchMq] = "Sub on Group:readers, Topic:orders",
        [RequestCode.QueryAssignment] = "Sub on Group:readers, Topic:orders",
        [RequestCode.ConsumeMessageDirectly] = "Sub on Group:readers, Topic:orders",
        [RequestCode.GetConsumerListByGroup] = "Sub or Get on Group:readers",
        [RequestCode.QueryConsumerOffset] = "Sub or Get on Group:readers, Topic:orders",
        [RequestCode.UpdateConsumerOffset] = "Sub or Update on Group:readers, Topic:orders",
        [RequestCode.QueryMessage] = "Sub or Get on Topic:orders",
        [RequestCode.ViewMessageById] = "Get on Topic:orders",
        [RequestCode.SearchOffsetByTimestamp] = "Get on Topic:orders",
        [RequestCode.GetMaxOffset] = "Get on Topic:orders",
        [RequestCode.GetMinOffset] = "Get on Topic:orders",
        [RequestCode.GetEarliestMsgStoretime] = "Get on Topic:orders",
        [RequestCode.GetTopicStatsInfo] = "Get on Topic:orders",
        [RequestCode.GetTopicConfig] = "Get on Topic:orders",
        [RequestCode.QueryTopicConsumeByWho] = "Get on Topic:orders",
        [RequestCode.QueryConsumeQueue] = "Get on Group:readers, Topic:orders",
        [RequestCode.GetQueueLockHolder] = "Get on Group:readers, Topic:orders",
        [RequestCode.QueryConsumeTimeSpan] = "Get on Group:readers, Topic:orders",
        [RequestCode.InvokeBrokerToGetConsumerStatus] = "Get on Group:readers, Topic:orders",
        [RequestCode.PollingInfo] = "Get on Group:readers, Topic:orders",
        [RequestCode.GetConsumeStats] = "Get on Group:readers, Topic:orders",
        [RequestCode.GetConsumerConnectionList] = "Get on Group:readers",
        [RequestCode.GetConsumerRunningInfo] = "Get on Group:readers",
        [RequestCode.GetSubscriptiongroupConfig] = "Get on Group:readers",
        [RequestCode.QueryTopicsByConsumer] = "Get on Group:readers",
        [RequestCode.QuerySubscriptionByConsumer] = "Get on Group:readers, Topic:orders",
        [RequestCode.QueryCorrectionOffset] = "Get on Group:readers, Topic:orders",
        [RequestCode.UpdateAndCreateTopic] = "Create on Topic:orders",
        [RequestCode.UpdateAndCreateStaticTopic] = "Create on Topic:orders",
        [RequestCode.UpdateAndCreateTopicList] = "Create on Topic:orders",
        [RequestCode.UpdateAndCreateSubscriptiongroup] = "Create on Group:readers",
        [RequestCode.UpdateAndCreateSubscriptiongroupList] = "Create on Group:readers",
        [RequestCode.DeleteTopicInBroker] = "Delete on Topic:orders",
        [RequestCode.DeleteSubscriptiongroup] = "Delete on Group:readers",
        [RequestCode.InvokeBrokerToResetOffset] = "Update on Group:readers, Topic:orders",
        [RequestCode.CloneGroupOffset] = "Update on Group:readers, Topic:orders",
        [RequestCode.UpdateAndGetGroupForbidden] = "Update on Group:readers, Topic:orders",
        [RequestCode.ResumeCheckHalfMessage] = "Update on Topic:orders",
        [RequestCode.GetAllTopicConfig] = "Get on Cluster:DefaultCluster",
        [RequestCode.GetAllSubscriptiongroupConfig] = "Get on Cluster:DefaultCluster",
        [RequestCode.GetAllConsumerOffset] = "Get on Cluster:DefaultCluster",
        [RequestCode.GetAllDelayOffset] = "Get on Cluster:DefaultCluster",
        [RequestCode.GetAllMessageRequestMode] = "Get on Cluster:DefaultCluster",
        [RequestCode.GetAllProducerInfo] = "Get on Cluster:DefaultCluster",
        [RequestCode.GetProducerConnectionList] = "Get on Cluster:DefaultCluster",
        [RequestCode.GetBrokerConfig] = "Get on Cluster:DefaultCluster",
        [RequestCode.GetBrokerRuntimeInfo] = "Get on Cluster:DefaultCluster",
        [RequestCode.GetBrokerConsumeStats] = "Get on Cluster:DefaultCluster",
        [RequestCode.GetBrokerHaStatus] = "Get on Cluster:DefaultCluster",
        [RequestCode.GetSystemTopicListFromBroker] = "Get on Cluster:DefaultCluster",
        [RequestCode.GetTimerCheckPoint] = "Get on Cluster:DefaultCluster",
        [RequestCode.GetTimerMetrics] = "Get on Cluster:DefaultCluster",
        [RequestCode.ViewBrokerStatsData] = "Get on Cluster:DefaultCluster",
        [RequestCode.GetBrokerEpochCache] = "Get on Cluster:DefaultCluster",
        [RequestCode.GetColdDataFlowCtrInfo] = "Get on Cluster:DefaultCluster",
        [RequestCode.CheckRocksdbCqWriteProgress] = "Get on Cluster:DefaultCluster",
        [RequestCode.AuthGetUser] = "Get on Cluster:DefaultCluster",
        [RequestCode.AuthListUser] = "Get on Cluster:DefaultCluster",
        [RequestCode.AuthGetAcl] = "Get on Cluster:DefaultCluster",
        [RequestCode.AuthListAcl] = "Get on Cluster:DefaultCluster",
        [RequestCode.AuthCreateUser] = "Update on Cluster:DefaultCluster",
        [RequestCode.AuthUpdateUser] = "Update on Cluster:DefaultCluster",
        [RequestCode.AuthDeleteUser] = "Update on Cluster:DefaultCluster",
        [RequestCode.AuthCreateAcl] = "Update on Cluster:DefaultCluster",
        [RequestCode.AuthUpdateAcl] = "Update on Cluster:DefaultCluster",
        [RequestCode.AuthDeleteAcl] = "Update on Cluster:DefaultCluster",
    };

    private GuardedBroker _guarded = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _guarded = await GuardedBroker.StartAsync();
        await _guarded.AddUserAsync("stranger", "Topic:others", "Group:others");
        await _guarded.AddUserAsync("owner", $"Topic:{Topic}", $"Group:{Group}");
        await _guarded.AddUserAsync("grouper", $"Group:{Group}");
        await _guarded.AddUserAsync("topicer", $"Topic:{Topic}");
        await _guarded.AddUserAsync("operator", "Cluster:*");
    }

    [TearDown]
    public async Task StopAsync() => await _guarded.DisposeAsync();

    [Test]
    public async Task Every_request_is_let_through_for_those_who_may_and_for_nobody_else()
    {
        var known = new List<int>();
        foreach (var code in AnyRequest.Codes.Keys.Order())
        {
            if ((await AskAsync("root", code)).Code != ResponseCode.RequestCodeNotSupported)
            {
                known.Add(code);
            }
        }

        var mistakes = new List<string>();
        await TestContext.Out.WriteLineAsync($"{"code",-7}{"request",-40}{"needed",-46}{"no user",-9}{"wrong secret",-14}{"no right",-10}{"right",-7}by");
        foreach (var code in known)
        {
            // What is not listed needs to update the cluster, so that what is forgotten is closed.
            var needed = Needs.GetValueOrDefault(code, "Update on Cluster:DefaultCluster");
            var user = needed == AnyUser ? "stranger" : needed.Contains("Cluster", StringComparison.Ordinal) ? "operator" : "owner";
            var none = await AskAsync(null, code);
            var wrong = await AskAsync($"{user}:guessed", code);
            var without = needed == AnyUser ? default : await AskAsync(user == "owner" ? "stranger" : "owner", code);
            var alsoWithout = user == "owner" ? await AskAsync("operator", code) : without;
            var with = await AskAsync(user, code);
            await TestContext.Out.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"{code,-7}{AnyRequest.Codes[code],-40}{needed,-46}{AnyRequest.Shown(none.Code),-9}{AnyRequest.Shown(wrong.Code),-14}{(needed == AnyUser ? "" : AnyRequest.Shown(without.Code)),-10}{AnyRequest.Shown(with.Code),-7}{user}"));

            Expect(IsRefused(none) && none.Remark!.Contains("carries no AccessKey", StringComparison.Ordinal), "nobody", none);
            Expect(IsRefused(wrong) && wrong.Remark!.StartsWith("check signature failed", StringComparison.Ordinal), "a wrong secret", wrong);
            if (needed != AnyUser)
            {
                Expect(IsRefused(without) && without.Remark!.Contains($"Needed is {needed.Split(',')[0]}", StringComparison.Ordinal), "a user without the right", without);
                Expect(IsRefused(alsoWithout), "another user without the right", alsoWithout);
                foreach (var half in user == "owner" ? new[] { "grouper", "topicer" } : [])
                {
                    // Where topic and group are needed, neither is enough.
                    var suffices = !needed.Contains(',', StringComparison.Ordinal) && needed.Contains(half == "grouper" ? "Group" : "Topic", StringComparison.Ordinal);
                    var answer = await AskAsync(half, code);
                    Expect(IsRefused(answer) != suffices, half, answer);
                }
            }

            Expect(with.Code != ResponseCode.NoPermission || !IsDenial(with.Remark), "a user with the right", with);

            void Expect(bool isSo, string who, (int? Code, string? Remark) answer)
            {
                if (!isSo)
                {
                    mistakes.Add($"{AnyRequest.Codes[code]} ({code}) asked by {who}: {AnyRequest.Shown(answer.Code)} {answer.Remark}");
                }
            }
        }

        Assert.That(mistakes, Is.Empty);
        Assert.That(Needs.Keys.Except(known).Select(code => AnyRequest.Codes[code]), Is.Empty, "rows of requests that the broker does not know");
        Assert.That(
            known.Except(Needs.Keys).Select(code => AnyRequest.Codes[code]).Except(Operations), Is.Empty, "requests without a row: say what they need");
    }

    /// <summary>What only who may update the cluster does; each with a word why nothing narrower would do.</summary>
    private static readonly string[] Operations =
    [
        nameof(RequestCode.UpdateBrokerConfig), nameof(RequestCode.CleanExpiredConsumequeue), nameof(RequestCode.CleanUnusedTopic),
        nameof(RequestCode.DeleteExpiredCommitlog), nameof(RequestCode.SetMessageRequestMode),

        // Of parts that are not there, and brokers' or operators' alone where they are.
        nameof(RequestCode.ExportRocksdbConfigToJson), nameof(RequestCode.NotifyMinBrokerIdChange), nameof(RequestCode.ExchangeBrokerHaInfo),
        nameof(RequestCode.ResetMasterFlushOffset), nameof(RequestCode.NotifyBrokerRoleChanged), nameof(RequestCode.UpdateColdDataFlowCtrConfig),
        nameof(RequestCode.RemoveColdDataFlowCtrConfig), nameof(RequestCode.SetCommitlogReadMode), nameof(RequestCode.PopRollback),
    ];

    private static bool IsRefused((int? Code, string? Remark) answer) => answer.Code == ResponseCode.NoPermission && IsDenial(answer.Remark);

    /// <summary>Whether access control says no, not the handler for reasons of its own.</summary>
    private static bool IsDenial(string? remark) =>
        remark is not null && (remark.Contains("Needed is", StringComparison.Ordinal) || remark.Contains("AccessKey", StringComparison.Ordinal)
            || remark.StartsWith("check signature", StringComparison.Ordinal));

    private Task<(int? Code, string? Remark)> AskAsync(string? user, int code)
    {
        var request = AnyRequest.Make(code, Topic, Group);
        if (code is RequestCode.SendReplyMessage or RequestCode.SendReplyMessageV2)
        {
            request = AnyRequest.Make(code, "DefaultCluster_REPLY_TOPIC", Group);
        }

        return AnyRequest.AskAsync(() => _guarded.ClientOf(user).InvokeAsync(_guarded.Broker.Address, request, TimeSpan.FromSeconds(3)));
    }
}
