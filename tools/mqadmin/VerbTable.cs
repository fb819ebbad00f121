using RocketMQ.MqAdmin.Auth;
using RocketMQ.MqAdmin.Brokers;
using RocketMQ.MqAdmin.Consumers;
using RocketMQ.MqAdmin.Controllers;
using RocketMQ.MqAdmin.Explaining;
using RocketMQ.MqAdmin.Messages;
using RocketMQ.MqAdmin.NameServer;
using RocketMQ.MqAdmin.Offsets;
using RocketMQ.MqAdmin.Shell;
using RocketMQ.MqAdmin.Stats;
using RocketMQ.MqAdmin.Store;
using RocketMQ.MqAdmin.Topics;
using TopicList = RocketMQ.MqAdmin.Topics.TopicList;

namespace RocketMQ.MqAdmin;

/// <summary>Every verb there is. A new one is a class in the folder of its group and a line here.</summary>
internal static class VerbTable
{
    public static IReadOnlyList<VerbGroup> Create() =>
    [
        new("Topics",
        [
            new UpdateTopic(), new DeleteTopic(), new UpdateTopicPerm(), new UpdateOrderConf(), new TopicList(), new TopicRoute(), new TopicStatus(),
            new TopicClusterList(), new AllocateMq(),
        ]),
        new("Consumers and producers",
        [
            new UpdateSubGroup(), new DeleteSubGroup(), new SetConsumeMode(), new GetConsumerConfig(), new ConsumerProgress(), new ConsumerStatus(),
            new ShowConsumerConnection(), new ShowProducerConnection(),
        ]),
        new("Offsets", [new ResetOffsetByTime(), new SkipAccumulatedMessage(), new CloneGroupOffset()]),
        new("Messages",
        [
            new SendMessage(), new ConsumeMessage(), new PrintMsg(), new QueryMsgById(), new QueryMsgByKey(), new QueryMsgByUniqueKey(),
            new QueryMsgByOffset(), new QueryMsgTraceById(), new QueryCq(), new CheckMsgSendRt(), new Explain(),
        ]),
        new("Brokers and clusters",
        [
            new ClusterList(), new BrokerStatus(), new GetBrokerConfig(), new UpdateBrokerConfig(), new BrokerConsumeStats(), new HaStatus(),
            new SendMsgStatus(), new ClusterRt(), new CleanExpiredCq(), new DeleteExpiredCommitLog(), new CleanUnusedTopic(),
        ]),
        new("Statistics", [new StatsAll()]),
        new("Name servers",
        [
            new GetNamesrvConfig(), new UpdateNamesrvConfig(), new UpdateKvConfig(), new DeleteKvConfig(), new WipeWritePerm(), new AddWritePerm(),
        ]),
        new("Controllers",
        [
            new GetControllerMetaData(), new GetSyncStateSet(), new GetBrokerEpoch(), new ElectMaster(), new CleanBrokerMetadata(), new GetControllerConfig(), new UpdateControllerConfig(),
        ]),
        new("Users and permissions",
        [
            new CreateUser(), new UpdateUser(), new DeleteUser(), new GetUser(), new ListUser(),
            new CreateAcl(), new UpdateAcl(), new DeleteAcl(), new GetAcl(), new ListAcl(),
        ]),
        new("Stores at rest", [new StoreList(), new StoreVerify(), new StorePrint(), new StoreRecovery()]),
        new("This program", [new Completion()]),
    ];
}
