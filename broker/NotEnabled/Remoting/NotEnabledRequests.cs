using System.Globalization;
using RocketMQ.Broker.Replication.Membership.Remoting;
using RocketMQ.Broker.Topics;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Json;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.NotEnabled.Remoting;

/// <summary>
/// Requests for parts of Apache's broker that this one does not have: RocksDB, static topics, slaves and controllers, the control of cold
/// reads. Each is answered as by an Apache broker of which that part is not enabled, so that tools, and brokers beside this one, go on.
/// </summary>
/// <param name="topics">To tell names that can't be a static topic's.</param>
/// <param name="address">Where clients connect.</param>
/// <param name="haAddress">Where a slave would connect.</param>
/// <param name="maxOffsetAtStart">Where the log ended when the broker started.</param>
internal sealed class NotEnabledRequests(TopicTable topics, string address, string haAddress, long maxOffsetAtStart, MembershipRequests? membership)
{
    /// <summary>What Apache's broker shows while it limits nobody.</summary>
    private static readonly byte[] NoColdReads =
        """{"runtimeTable":{},"configTable":{},"cgColdReadThreshold":3145728,"globalColdReadThreshold":104857600,"globalAcc":0}"""u8.ToArray();

    private static readonly string[] ConfigTypes = ["topics", "subscriptionGroups", "consumerOffsets"];

    public RequestTable.Builder AddTo(RequestTable.Builder table) => table
        .Add(RequestCode.CheckRocksdbCqWriteProgress, new Answer(_ => CheckQueues()))
        .Add(RequestCode.ExportRocksdbConfigToJson, new Answer(ExportConfiguration))
        .Add(RequestCode.UpdateAndCreateStaticTopic, new Answer(CreateStaticTopic))
        .Add(RequestCode.NotifyMinBrokerIdChange, new Answer(HearSmallestId))
        .Add(RequestCode.ExchangeBrokerHaInfo, new Answer(ExchangeAddresses))
        .Add(RequestCode.ResetMasterFlushOffset, new Answer(_ => Success("this broker is a master: it takes no flush offset")))
        .Add(RequestCode.GetBrokerEpochCache, new Answer(_ => membership?.Epochs() ?? Failure("this request only for controllerMode ")))
        .Add(RequestCode.NotifyBrokerRoleChanged, new Answer(request => membership?.Hear(request) ?? Success("this broker has no controller: its role stays")))
        .Add(RequestCode.UpdateColdDataFlowCtrConfig, new Answer(_ => Success("nothing is kept: there is no control of cold reads")))
        .Add(RequestCode.RemoveColdDataFlowCtrConfig, new Answer(_ => Success("there was nothing: there is no control of cold reads")))
        .Add(RequestCode.GetColdDataFlowCtrInfo, new Answer(_ => RemotingCommand.ResponseWithBody(ResponseCode.Success, NoColdReads)))
        .Add(RequestCode.SetCommitlogReadMode, new Answer(SetReadMode))
        .Add(RequestCode.PopRollback, new Answer(_ => Success("pop keeps its state in the log alone: there is nothing to roll back")));

    private static RemotingCommand Success(string remark) => RemotingCommand.Response(ResponseCode.Success, remark);

    private static RemotingCommand Failure(string remark) => RemotingCommand.Response(ResponseCode.SystemError, remark);

    /// <summary>2 says that the comparison is under way; the one that is not enabled never ends.</summary>
    private static RemotingCommand CheckQueues() => RemotingCommand.ResponseWithBody(
        ResponseCode.Success, RemotingJson.Serialize(new CheckRocksdbCqWriteResult { CheckStatus = 2 }));

    private static RemotingCommand ExportConfiguration(RemotingCommand request)
    {
        var types = request.ReadHeader<ExportRocksDBConfigToJsonRequestHeader>().ConfigType.Split(';', StringSplitOptions.RemoveEmptyEntries);
        var unknown = types.FirstOrDefault(type => !ConfigTypes.Contains(type.Trim(), StringComparer.OrdinalIgnoreCase));
        return unknown is null
            ? Success("export done. The configuration is in JSON files already: nothing was written")
            : Failure($"Unknown config type: {unknown}. Known are {string.Join(", ", ConfigTypes)}");
    }

    /// <summary>The one request that is refused where Apache's broker serves it: a topic that is only said to be there loses messages.</summary>
    private RemotingCommand CreateStaticTopic(RemotingCommand request)
    {
        var topic = request.Field("topic"u8);
        if (string.IsNullOrWhiteSpace(topic))
        {
            return RemotingCommand.Response(ResponseCode.InvalidParameter, "The specified topic is blank.");
        }

        var wrong = SystemTopics.Validate(topic) ?? (topics.IsSystem(topic) ? TopicChanges.SystemTopicRefusal(topic) : null);
        return wrong is null
            ? Failure("static topics are not supported: create the topic on each broker (updateTopic)")
            : RemotingCommand.Response(ResponseCode.InvalidParameter, wrong);
    }

    private static RemotingCommand HearSmallestId(RemotingCommand request) =>
        request.ReadHeader<NotifyMinBrokerIdChangeRequestHeader>().MinBrokerId is null
            ? Failure("no minBrokerId is named")
            : Success("this broker has no slaves that could act for it");

    /// <summary>A slave asks where its master is; a master tells a slave. This one is never told anything.</summary>
    private RemotingCommand ExchangeAddresses(RemotingCommand request) => RemotingCommand.Response(
        ResponseCode.Success,
        string.IsNullOrEmpty(request.ReadHeader<ExchangeHAInfoRequestHeader>().MasterHaAddress)
            ? new ExchangeHAInfoResponseHeader { MasterAddress = address, MasterHaAddress = haAddress, MasterFlushOffset = maxOffsetAtStart }
            : new ExchangeHAInfoResponseHeader());

    private static RemotingCommand SetReadMode(RemotingCommand request)
    {
        if (!int.TryParse(request.Field("READ_AHEAD_MODE"u8), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var mode))
        {
            return Failure("set commitlog readahead mode failed: READ_AHEAD_MODE is 0 or 1");
        }

        return mode is 0 or 1
            ? Success($"set commitlog readahead mode success, mode: {mode}")
            : RemotingCommand.Response(ResponseCode.InvalidParameter, "set commitlog readahead mode param value error: READ_AHEAD_MODE is 0 or 1");
    }

    private sealed class Answer(Func<RemotingCommand, RemotingCommand> answer) : IRequestHandler
    {
        public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken) =>
            ValueTask.FromResult<RemotingCommand?>(answer(context.Request));
    }
}
