using RocketMQ.Broker.Remoting;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Json;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Consumers.Remoting;

/// <summary>
/// INVOKE_BROKER_TO_GET_CONSUMER_STATUS (223): asks a group's consumers, or one, how far they are in a topic's queues
/// (GET_CONSUMER_STATUS_FROM_CLIENT, 221). Who does not answer is left out.
/// </summary>
internal sealed class ConsumerStatusHandler(ConsumerTable consumers) : IRequestHandler
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
    {
        var header = context.Request.ReadHeader<GetConsumerStatusRequestHeader>();
        var channels = consumers.Find(header.Group)?.Channels ?? [];
        if (channels.Count == 0)
        {
            return ValueTask.FromResult<RemotingCommand?>(RemotingCommand.Response(
                ResponseCode.SystemError, $"No Any Consumer online in the consumer group: [{header.Group}]"));
        }

        if (channels.FirstOrDefault(c => c.Link.Version < MqVersion.V3_0_7_Snapshot) is { } old)
        {
            return ValueTask.FromResult<RemotingCommand?>(RemotingCommand.Response(
                ResponseCode.SystemError,
                $"the client does not support this feature. version={MqVersion.Description(old.Link.Version)}, client={old.ClientId}"));
        }

        return AskAsync(header, channels.Where(c => string.IsNullOrWhiteSpace(header.ClientAddr) || c.ClientId == header.ClientAddr), cancellationToken);
    }

    private static async ValueTask<RemotingCommand?> AskAsync(
        GetConsumerStatusRequestHeader header, IEnumerable<ClientChannel> channels, CancellationToken cancellationToken)
    {
        var table = new Dictionary<string, Dictionary<MessageQueue, long>>();
        var answers = await Task.WhenAll(channels.Select(channel => AskAsync(header, channel, cancellationToken))).ConfigureAwait(false);
        foreach (var (clientId, queues) in answers)
        {
            if (queues is not null)
            {
                table[clientId] = queues;
            }
        }

        return RemotingCommand.ResponseWithBody(ResponseCode.Success, RemotingJson.Serialize(new GetConsumerStatusBody { ConsumerTable = table }));
    }

    private static async Task<(string ClientId, Dictionary<MessageQueue, long>? Queues)> AskAsync(
        GetConsumerStatusRequestHeader header, ClientChannel channel, CancellationToken cancellationToken)
    {
        if (channel.Link is not RemotingLink link)
        {
            return (channel.ClientId, null);
        }

        try
        {
            var request = RemotingCommand.Request(
                RequestCode.GetConsumerStatusFromClient, new GetConsumerStatusRequestHeader { Topic = header.Topic, Group = header.Group });
            var answer = await link.Connection.InvokeAsync(request, Timeout, cancellationToken).ConfigureAwait(false);
            return (channel.ClientId, answer.Code == ResponseCode.Success && !answer.Body.IsEmpty ? answer.ReadBody<GetConsumerStatusBody>().MessageQueueTable : null);
        }
        catch (Exception e) when (e is RemotingException or RemotingJsonException)
        {
            return (channel.ClientId, null);
        }
    }
}
