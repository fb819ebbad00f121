using RocketMQ.Broker.Consumers;
using RocketMQ.Broker.Topics;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;

namespace RocketMQ.Broker.Metrics;

/// <summary>Who produces and consumes now, by language and version.</summary>
internal sealed class ConnectionMetrics(ProducerTable producers, ConsumerTable consumers) : IMetricSource
{
    public void Collect(MetricSet metrics)
    {
        var producing = metrics.Gauge("rocketmq_producer_connections", "Connections of producers");
        foreach (var kind in producers.Groups.SelectMany(producers.Find).GroupBy(c => (c.Link.Language, c.Link.Version)))
        {
            producing.Add(
                kind.Count(), ("language", Name(kind.Key.Language)), ("version", Version(kind.Key.Version)), ("protocol_type", "remoting"));
        }

        var consuming = metrics.Gauge("rocketmq_consumer_connections", "Connections of consumers");
        foreach (var group in consumers.All.Values)
        {
            foreach (var kind in group.Channels.GroupBy(c => (c.Link.Language, c.Link.Version)))
            {
                consuming.Add(
                    kind.Count(),
                    ("consumer_group", group.Name),
                    ("language", Name(kind.Key.Language)),
                    ("version", Version(kind.Key.Version)),
                    ("consume_mode", Mode(group.ConsumeType)),
                    ("protocol_type", "remoting"),
                    ("is_system", MetricLabels.Truth(SystemTopics.IsSystemGroup(group.Name))));
            }
        }
    }

    private static string Name(LanguageCode language) => MetricLabels.Small(language.Name());

    private static string Version(int version) => MetricLabels.Small(MqVersion.Description(version));

    private static string Mode(ConsumeType type) => type switch
    {
        ConsumeType.ConsumeActively => "pull",
        ConsumeType.ConsumePop => "pop",
        _ => "push",
    };
}
