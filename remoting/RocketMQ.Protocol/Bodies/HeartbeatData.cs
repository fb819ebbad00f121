using Newtonsoft.Json;
using RocketMQ.Protocol.Names;

namespace RocketMQ.Protocol.Bodies;

/// <summary>Body of HEART_BEAT (34): a client and everything it produces and consumes.</summary>
public sealed record HeartbeatData : INamingBody
{
    [JsonProperty("clientID")]
    public string ClientId { get; init; } = "";

    public HashSet<ProducerData> ProducerDataSet { get; init; } = [];
    public HashSet<ConsumerData> ConsumerDataSet { get; init; } = [];

    /// <summary>5.x: a hash of the subscriptions; the second form of the heartbeat sends it in their place.</summary>
    public int HeartbeatFingerprint { get; init; }

    /// <summary>5.x: the subscriptions are left out, being those of the same fingerprint before.</summary>
    public bool WithoutSub { get; init; }

    void INamingBody.CheckNames()
    {
        NameRule.Check(NameKind.Client, ClientId);
        foreach (var producer in ProducerDataSet)
        {
            NameRule.Check(NameKind.Producer, producer.GroupName);
        }

        foreach (var consumer in ConsumerDataSet)
        {
            NameRule.Check(NameKind.Group, consumer.GroupName);
            foreach (var subscription in consumer.SubscriptionDataSet)
            {
                SubscriptionData.CheckTopic(subscription.Topic);
            }
        }
    }
}
