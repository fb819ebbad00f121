using System.Buffers;
using Microsoft.Extensions.Logging;
using RocketMQ.NameServer.Configuration;
using RocketMQ.NameServer.Kv;
using RocketMQ.NameServer.Routes;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Json;
using RocketMQ.Protocol.Messages;
using RocketMQ.Protocol.Names;
using RocketMQ.Remoting;

namespace RocketMQ.NameServer.Registration;

/// <summary>
/// A broker comes (REGISTER_BROKER 103), stays (QUERY_DATA_VERSION 322, BROKER_HEARTBEAT 904) and goes (UNREGISTER_BROKER 104).
/// </summary>
internal sealed class RegistrationHandlers(
    RouteTable routes, KvConfigTable configs, LiveOptions options, ILogger<RegistrationHandlers> logger)
{
    /// <param name="table">The requests this name server answers.</param>
    /// <param name="lane">Has one worker: what a broker sends must be done in the order it was sent.</param>
    public RequestTable.Builder AddTo(RequestTable.Builder table, Lane lane) => table
        .Add(RequestCode.RegisterBroker, new FeatureHandler(Register), lane)
        .Add(RequestCode.UnregisterBroker, new FeatureHandler(Unregister), lane)
        .Add(RequestCode.QueryDataVersion, new FeatureHandler(QueryDataVersion), lane)
        .Add(RequestCode.BrokerHeartbeat, new FeatureHandler(Heartbeat), lane);

    private RemotingCommand Register(RequestContext context)
    {
        var request = context.Request;
        var header = request.ReadHeader<RegisterBrokerRequestHeader>();
        var body = request.Body.IsSingleSegment ? request.Body.FirstSpan : request.Body.ToArray();
        if (header.BodyCrc32 != 0 && header.BodyCrc32 != MessageCrc.OfBody(body))
        {
            Log.RegistrationDamaged(logger, header.BrokerName, header.BrokerAddr);
            return RemotingCommand.Response(ResponseCode.SystemError, "crc32 not match");
        }

        var (topics, filterServers) = ReadBody(body, header.Compressed, request.Version);
        LeaveOutNameless(topics.TopicConfigTable, header.BrokerName);
        LeaveOutNameless(topics.TopicQueueMappingInfoMap, header.BrokerName);
        var result = routes.Register(new BrokerRegistration
        {
            Cluster = header.ClusterName,
            Name = header.BrokerName,
            Address = header.BrokerAddr,
            Id = header.BrokerId,
            HaAddress = header.HaServerAddr,
            Zone = header.ZoneName,
            HeartbeatTimeoutMs = header.HeartbeatTimeoutMillis,
            EnableActingMaster = header.EnableActingMaster,
            Topics = topics,
            FilterServers = filterServers?.Where(server => NameRule.IsLegal(NameKind.Address, server)).ToList(),
            Connection = context.Connection,
        });
        if (!result.Accepted)
        {
            return RemotingCommand.Response(ResponseCode.SystemError, result.Reason ?? "register broker failed");
        }

        var response = RemotingCommand.Response(
            ResponseCode.Success, new RegisterBrokerResponseHeader { HaServerAddr = result.HaAddress, MasterAddr = result.MasterAddress });
        if (options.Current.ReturnOrderTopicConfigToBroker && configs.List(KvConfigTable.OrderTopicConfig) is { } order)
        {
            response.Body = new ReadOnlySequence<byte>(RemotingJson.Serialize(order));
        }

        return response;
    }

    /// <summary>A broker that holds a topic by what is no name still serves its others.</summary>
    private void LeaveOutNameless<TTold>(Dictionary<string, TTold> topics, string broker)
    {
        foreach (var topic in topics.Keys.Where(topic => !NameRule.IsLegal(NameKind.Topic, topic)).ToList())
        {
            topics.Remove(topic);
            Log.TopicLeftOut(logger, broker, NameRule.Explain(NameKind.Topic, topic));
        }
    }

    /// <summary>Before 3.0.11 a body was the topics alone; without a body a broker has none.</summary>
    private static (TopicConfigAndMappingSerializeWrapper Topics, IReadOnlyList<string>? FilterServers) ReadBody(
        ReadOnlySpan<byte> body, bool compressed, int version)
    {
        if (version < MqVersion.V3_0_11)
        {
            return (body.IsEmpty ? new() : RemotingJson.Deserialize<TopicConfigAndMappingSerializeWrapper>(body), null);
        }

        if (body.IsEmpty)
        {
            return (new(), []);
        }

        var content = compressed ? CompressedRegisterBrokerBody.Read(body, version) : RemotingJson.Deserialize<RegisterBrokerBody>(body);
        return (content.TopicConfigSerializeWrapper, content.FilterServerList);
    }

    private RemotingCommand Unregister(RequestContext context)
    {
        var header = context.Request.ReadHeader<UnRegisterBrokerRequestHeader>();
        routes.Unregister(header.ClusterName, header.BrokerAddr, header.BrokerName);
        return RemotingCommand.Response(ResponseCode.Success);
    }

    private RemotingCommand QueryDataVersion(RequestContext context)
    {
        var request = context.Request;
        var header = request.ReadHeader<QueryDataVersionRequestHeader>();
        var theirs = request.Body.IsEmpty ? null : RemotingJson.Deserialize<DataVersion>(request.Body.ToArray());
        routes.Touch(header.ClusterName, header.BrokerAddr);
        var ours = routes.DataVersionOf(header.ClusterName, header.BrokerAddr);
        var response = RemotingCommand.Response(
            ResponseCode.Success, new QueryDataVersionResponseHeader { Changed = ours is null || ours != theirs });
        if (ours is not null)
        {
            response.Body = new ReadOnlySequence<byte>(RemotingJson.Serialize(ours));
        }

        return response;
    }

    private RemotingCommand Heartbeat(RequestContext context)
    {
        var header = context.Request.ReadHeader<BrokerHeartbeatRequestHeader>();
        routes.Touch(header.ClusterName, header.BrokerAddr);
        return RemotingCommand.Response(ResponseCode.Success);
    }
}
