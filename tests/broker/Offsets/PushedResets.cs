using System.Buffers;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Tests.Offsets;

/// <summary>A consumer's side of RESET_CONSUMER_CLIENT_OFFSET: remembers the first.</summary>
internal sealed class PushedResets : IRequestHandler
{
    private readonly TaskCompletionSource<(ResetOffsetRequestHeader, byte[])> _first = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public RequestTable Table => new RequestTable.Builder().Add(RequestCode.ResetConsumerClientOffset, this).Build();

    public Task<(ResetOffsetRequestHeader Header, byte[] Body)> First => _first.Task.WaitAsync(TimeSpan.FromSeconds(10))!;

    public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
    {
        _first.TrySetResult((context.Request.ReadHeader<ResetOffsetRequestHeader>(), context.Request.Body.ToArray()));
        return ValueTask.FromResult<RemotingCommand?>(null);
    }
}
