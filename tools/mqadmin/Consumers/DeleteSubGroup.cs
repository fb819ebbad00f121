using System.CommandLine;
using RocketMQ.Client;
using RocketMQ.MqAdmin.Topics;
using RocketMQ.Protocol.Codes;

namespace RocketMQ.MqAdmin.Consumers;

internal sealed class DeleteSubGroup : Verb
{
    private readonly BrokerTarget _target;
    private readonly Option<string> _group;
    private readonly Option<bool> _withOffsets;

    public DeleteSubGroup()
        : base("deleteSubGroup", "Deletes a consumer group; from a cluster, its retry and dead-letter topics too.", "-n localhost:9876 -c DefaultCluster -g billing -r true")
    {
        _target = Target(TargetRule.AtLeastOne);
        _group = Required<string>("g", "groupName", "The group.");
        _withOffsets = Optional("r", "removeOffset", "Whether to forget where it is.", false);
    }

    public override async Task RunAsync(Call call, CancellationToken cancellationToken)
    {
        var group = call.Get(_group);
        var masters = await _target.MastersAsync(call, cancellationToken).ConfigureAwait(false);
        foreach (var address in masters)
        {
            await call.Admin.Groups.DeleteAsync(address, group, call.Get(_withOffsets), cancellationToken).ConfigureAwait(false);
            call.Report.Done(address, $"delete subscription group [{group}] from broker [{address}] success.");
        }

        if (_target.Broker(call) is not null)
        {
            return;
        }

        foreach (var topic in new[] { TopicNames.RetryPrefix + group, TopicNames.DeadLetterPrefix + group })
        {
            await DeleteTopicAsync(call, masters, topic, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task DeleteTopicAsync(Call call, IReadOnlyList<string> masters, string topic, CancellationToken cancellationToken)
    {
        var cluster = _target.Cluster(call)!;
        try
        {
            await DeleteTopic.DeleteAsync(call.Admin, masters, cluster, topic, cancellationToken).ConfigureAwait(false);
            call.Report.Done(cluster, $"delete topic [{topic}] from cluster [{cluster}] success.");
        }
        catch (BrokerException e) when (e.Code == ResponseCode.TopicNotExist)
        {
            // A group that never retried or put anything aside has no such topic.
        }
    }
}
