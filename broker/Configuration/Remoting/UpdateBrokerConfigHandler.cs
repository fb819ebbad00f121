using System.Text;
using Microsoft.Extensions.Logging;
using RocketMQ.Broker.Remoting;
using RocketMQ.Broker.Topics;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Names;
using RocketMQ.Remoting;
using RocketMQ.Remoting.Configuration;

namespace RocketMQ.Broker.Configuration.Remoting;

/// <summary>UPDATE_BROKER_CONFIG (25): the body is properties text. The answer says what waits for a restart and what changes nothing.</summary>
internal sealed class UpdateBrokerConfigHandler(LiveConfiguration configuration, TopicTable topics, ILogger logger) : IRequestHandler
{
    /// <summary>Keys that change what topics allow, or which there are.</summary>
    private static readonly string[] ConcernTopics = ["brokerPermission", "autoCreateTopicEnable"];

    public async ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
    {
        var response = Update(context);
        return response.Code == ResponseCode.Success && await topics.SettledAsync().ConfigureAwait(false) is { } refusal ? refusal.ToResponse() : response;
    }

    private RemotingCommand Update(RequestContext context)
    {
        var changes = JavaProperties.Parse(Encoding.UTF8.GetString(context.Request.Body), "the request");
        try
        {
            var update = configuration.Update(changes);
            if (update.InForce.Intersect(ConcernTopics).Any())
            {
                topics.Refresh();
            }

            Log.ConfigUpdated(
                logger, context.Connection.RemoteEndPoint,
                string.Join(' ', changes.Entries.Select(c => $"{c.Key}={PlainText.Of(LiveConfiguration.Masked(c.Key, c.Value.Value))}")));
            return RemotingCommand.Response(ResponseCode.Success, update.Remark);
        }
        catch (ForbiddenKeyException e)
        {
            return RemotingCommand.Response(ResponseCode.NoPermission, e.Message);
        }
        catch (ConfigurationException e)
        {
            return RemotingCommand.Response(ResponseCode.SystemError, e.Message);
        }
    }
}
