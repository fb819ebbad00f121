using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Json;

namespace RocketMQ.Protocol.Tests.Bodies;

public sealed class CompressedRegisterBrokerBodyTests
{
    // Laid out after Apache's classes by a writer that shares nothing with this project.
    private static readonly byte[] Of5 = File.ReadAllBytes(Golden.PathOf("bodies/register-compressed-5.bin"));
    private static readonly byte[] Of4 = File.ReadAllBytes(Golden.PathOf("bodies/register-compressed-4.bin"));

    [Test]
    public void A_registration_of_5_x_is_read_with_attributes_and_mappings()
    {
        var topics = CompressedRegisterBrokerBody.Read(Of5, MqVersion.V5_3_3).TopicConfigSerializeWrapper;

        Assert.That(topics.DataVersion, Is.EqualTo(new DataVersion { Counter = 3, Timestamp = 1_700_000_000_000 }));
        Assert.That(topics.TopicConfigTable.Keys, Is.EqualTo(new[] { "TBW102", "TopicTest", "%RETRY%g" }));
        var topic = topics.TopicConfigTable["TopicTest"];
        Assert.That((topic.ReadQueueNums, topic.WriteQueueNums, topic.Perm), Is.EqualTo((4, 6, 6)));
        Assert.That(topic.Attributes, Is.EquivalentTo(new Dictionary<string, string> { ["message.type"] = "FIFO", ["cleanup.policy"] = "DELETE" }));
        Assert.That(topics.TopicConfigTable["%RETRY%g"].TopicFilterType, Is.EqualTo(TopicFilterType.MultiTag));
        Assert.That(topics.TopicQueueMappingInfoMap["Static"].CurrIdMap, Is.EquivalentTo(new Dictionary<int, int> { [0] = 0, [1] = 1 }));
    }

    [Test]
    public void A_registration_of_4_9_ends_with_its_filter_servers()
    {
        var topics = CompressedRegisterBrokerBody.Read(Of4, MqVersion.V4_9_8).TopicConfigSerializeWrapper;

        Assert.That(topics.TopicConfigTable, Has.Count.EqualTo(3));
        Assert.That(topics.TopicConfigTable["TopicTest"].Attributes, Is.Empty);
        Assert.That(topics.TopicQueueMappingInfoMap, Is.Empty);
    }

    [Test]
    public void What_is_written_says_what_was_read()
    {
        var body = CompressedRegisterBrokerBody.Read(Of5, MqVersion.Current);

        var again = CompressedRegisterBrokerBody.Read(CompressedRegisterBrokerBody.Write(body), MqVersion.Current);

        Assert.That(RemotingJson.SerializeToString(again), Is.EqualTo(RemotingJson.SerializeToString(body)));
    }

    [Test]
    public void A_damaged_registration_is_refused_and_nothing_else_happens()
    {
        var random = new Random(20260715);
        for (var round = 0; round < 3_000; round++)
        {
            var bytes = Hostile.Damage(Of5, random);
            try
            {
                CompressedRegisterBrokerBody.Read(bytes, MqVersion.Current);
            }
            catch (RemotingJsonException)
            {
            }
        }
    }

    [Test]
    public void Damage_under_an_intact_compression_is_refused_too()
    {
        var random = new Random(715);
        var plain = Hostile.Unfold(Of5);
        for (var round = 0; round < 3_000; round++)
        {
            try
            {
                CompressedRegisterBrokerBody.Read(Hostile.Fold(Hostile.Damage(plain, random)), MqVersion.Current);
            }
            catch (RemotingJsonException)
            {
            }
        }
    }

    [TestCase(-1)]
    [TestCase(int.MaxValue)]
    public void A_part_of_impossible_length_is_refused_by_its_length(int length)
    {
        byte[] word = [(byte)(length >> 24), (byte)(length >> 16), (byte)(length >> 8), (byte)length];

        Assert.That(
            () => CompressedRegisterBrokerBody.Read(Hostile.Fold(word), MqVersion.Current),
            Throws.TypeOf<RemotingJsonException>().With.Message.Contains($"{length}"));
    }

    [Test]
    public void An_empty_registration_is_refused() =>
        Assert.That(() => CompressedRegisterBrokerBody.Read([], MqVersion.Current), Throws.TypeOf<RemotingJsonException>());
}
