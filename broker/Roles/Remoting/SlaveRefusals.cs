using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Core;
using RocketMQ.Protocol.Codes;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Roles.Remoting;

/// <summary>
/// What a slave is not asked in vain: requests that would write, and their answers. Sends, pulls, transactions and timers that are taken back have the codes of
/// Apache's slave, changes of topics and groups that of Apache's 4.x, for the next word of the master would undo them. Whatever is not named here and writes all the same is refused by the store, which takes no appends then.
/// </summary>
internal static class SlaveRefusals
{
    private static readonly Refusal Send = new(
        RefusalKind.SystemBusy, "[REJECTREQUEST]system busy, start flow control for a while: this broker is a slave, send to its master");

    private static readonly Refusal Pull = new(
        RefusalKind.SystemBusy, "[REJECTREQUEST]system busy, start flow control for a while: this broker is a slave that serves no pulls (slaveReadEnable=false)");

    private static readonly Refusal Change = new(
        RefusalKind.SystemError, "Can't modify topic or subscription group from slave broker, please execute it from master broker.");

    private static readonly Refusal Pop = new(RefusalKind.ServiceNotAvailable, "this broker is a slave: pop and acknowledge at its master");

    private static readonly Dictionary<int, Refusal> ByCode = new()
    {
        [RequestCode.SendMessage] = Send,
        [RequestCode.SendMessageV2] = Send,
        [RequestCode.SendBatchMessage] = Send,
        [RequestCode.ConsumerSendMsgBack] = Send,
        [RequestCode.EndTransaction] = new(RefusalKind.SlaveNotAvailable, "this broker is a slave: transactions end at its master"),
        [RequestCode.RecallMessage] = new(RefusalKind.SlaveNotAvailable, "this broker is a slave: messages are taken back at its master"),
        [RequestCode.PopMessage] = Pop,
        [RequestCode.AckMessage] = Pop,
        [RequestCode.BatchAckMessage] = Pop,
        [RequestCode.ChangeMessageInvisibletime] = Pop,
        [RequestCode.InvokeBrokerToResetOffset] = new(RefusalKind.SystemError, "Can not reset offset in slave broker"),
        [RequestCode.UpdateAndCreateTopic] = Change,
        [RequestCode.UpdateAndCreateTopicList] = Change,
        [RequestCode.DeleteTopicInBroker] = Change,
        [RequestCode.CleanUnusedTopic] = Change,
        [RequestCode.UpdateAndCreateSubscriptiongroup] = Change,
        [RequestCode.UpdateAndCreateSubscriptiongroupList] = Change,
        [RequestCode.DeleteSubscriptiongroup] = Change,
        [RequestCode.UpdateAndGetGroupForbidden] = Change,
        [RequestCode.SetMessageRequestMode] = Change,
        [RequestCode.CloneGroupOffset] = Change,
    };

    /// <summary>Puts the refusal before each handler that has one.</summary>
    public static RequestTable.Builder Guard(RequestTable.Builder table, CurrentRole role, BrokerOptions options) => table.Wrap((code, handler) =>
        code is RequestCode.PullMessage or RequestCode.LitePullMessage ? new MasterOnly(role, Pull, handler) { Unless = () => options.Replication.SlaveReadEnable }
        : ByCode.TryGetValue(code, out var refusal) ? new MasterOnly(role, refusal, handler)
        : handler);
}
