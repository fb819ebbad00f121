using RocketMQ.Broker.Core;
using RocketMQ.Protocol.Codes;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Roles.Remoting;

/// <summary>
/// What a slave is not asked in vain: requests that would write, and their answers. Sends, transactions and timers that are taken back have the codes of
/// Apache's slave. Whatever is not named here and writes all the same is refused by the store, which takes no appends then.
/// </summary>
internal static class SlaveRefusals
{
    private static readonly Refusal Send = new(
        RefusalKind.SystemBusy, "[REJECTREQUEST]system busy, start flow control for a while: this broker is a slave, send to its master");

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
    };

    /// <summary>Puts the refusal before each handler that has one.</summary>
    public static RequestTable.Builder Guard(RequestTable.Builder table, CurrentRole role) =>
        table.Wrap((code, handler) => ByCode.TryGetValue(code, out var refusal) ? new MasterOnly(role, refusal, handler) : handler);
}
