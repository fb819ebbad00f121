using RocketMQ.Broker.Configuration;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Sending.Remoting;

/// <summary>SEND_MESSAGE (10), SEND_MESSAGE_V2 (310), SEND_BATCH_MESSAGE (320).</summary>
public sealed class SendMessageHandler(BrokerOptions options, Sends sends) : IRequestHandler
{
    private readonly SendReplies _replies = new(options);

    public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
    {
        var sent = sends.SendAsync(SendRequests.Decode(context, RequestCode.SendMessage));
        return sent.IsCompletedSuccessfully ? ValueTask.FromResult<RemotingCommand?>(_replies.Of(sent.Result)) : AnswerLaterAsync(sent);
    }

    private async ValueTask<RemotingCommand?> AnswerLaterAsync(ValueTask<SendResult> sent) => _replies.Of(await sent.ConfigureAwait(false));
}
