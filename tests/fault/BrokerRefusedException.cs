using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;

namespace RocketMQ.Fault.Tests;

/// <summary>The broker answered, and said no.</summary>
public sealed class BrokerRefusedException(string message, int code) : Exception(message)
{
    public int Code => code;

    /// <summary>The broker is stopping, or is no master any more; what was sent may be stored.</summary>
    public bool IsGoodbye => code is ResponseCode.ServiceNotAvailable or ResponseCode.GoAway or ResponseCode.FlushSlaveTimeout or ResponseCode.SlaveNotAvailable
        || (code == ResponseCode.SystemBusy && Message.Contains("is a slave", StringComparison.Ordinal));

    internal static BrokerRefusedException From(int requestCode, RemotingCommand reply) =>
        new($"request {requestCode} was answered with code {reply.Code}: {reply.Remark}", reply.Code);
}
