using RocketMQ.Broker.Auth;
using RocketMQ.Broker.Auth.Remoting;
using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Groups;
using RocketMQ.Broker.Queries;
using RocketMQ.Broker.Topics;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Consumers.Remoting;

/// <summary>The requests by which operators look at connected clients, and have consumers do things.</summary>
internal sealed class ClientAdministration(
    BrokerOptions options, ConsumerTable consumers, ProducerTable producers, TopicTable topics, SubscriptionGroups groups, StoredRecords records,
    IAuthorizer authorizer, ICallers callers)
{
    /// <param name="table">Where the requests are added.</param>
    /// <param name="admin">Where those run that go through all groups.</param>
    public RequestTable.Builder AddTo(RequestTable.Builder table, Lane admin)
    {
        var calls = new ConsumerCalls(consumers);
        return table
            .Add(RequestCode.GetConsumerConnectionList, new ConsumerConnectionsHandler(consumers))
            .Add(RequestCode.GetProducerConnectionList, new ProducerConnectionsHandler(producers))
            .Add(RequestCode.GetAllProducerInfo, new AllProducersHandler(producers), admin)
            .Add(RequestCode.GetConsumerRunningInfo, new ConsumerRunningInfoHandler(calls))
            .Add(RequestCode.ConsumeMessageDirectly, new ConsumeDirectlyHandler(options, calls, topics, groups, records, authorizer, callers))
            .Add(RequestCode.InvokeBrokerToGetConsumerStatus, new ConsumerStatusHandler(consumers));
    }

    /// <summary>A client as operators are told of it.</summary>
    public static Connection Describe(ClientChannel channel) => new()
    {
        ClientId = channel.ClientId,
        ClientAddr = channel.Link.Address?.ToString() ?? "",
        Language = channel.Link.Language,
        Version = channel.Link.Version,
    };
}
