using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Auth.Remoting;

/// <summary>AUTH_GET_ACL (3009).</summary>
internal sealed class GetAccessListHandler(AccessLists lists) : IRequestHandler
{
    public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
    {
        var subject = context.Request.ReadHeader<GetAclRequestHeader>().Subject;
        if (subject is null)
        {
            return ValueTask.FromResult<RemotingCommand?>(RemotingCommand.Response(ResponseCode.SystemError, "no subject is named: User:name"));
        }

        return AuthReplies.Tell(() => lists.Find(subject)?.ToInfo());
    }
}
