using Microsoft.Extensions.Logging.Abstractions;
using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Replication.Membership;
using RocketMQ.Remoting.Configuration;
using RocketMQ.Store;
using RocketMQ.Store.Files;
using RocketMQ.TestSupport;

namespace RocketMQ.Broker.Tests.Replication.Membership;

/// <summary>The id that a controller gave, in Apache's file.</summary>
public class BrokerIdentityTests
{
    private TestFolder _folder = null!;

    [SetUp]
    public void SetUp() => _folder = new TestFolder();

    [TearDown]
    public void TearDown() => _folder.Dispose();

    [Test]
    public void What_was_applied_for_outlives_the_process_until_it_is_given()
    {
        var first = Open();
        Assert.That((first.Id, first.Applied), Is.EqualTo(((long?)null, ((long, string)?)null)));
        first.Apply(3, "127.0.0.1:10911;17");
        Assert.That(File.ReadAllText(Path("brokerIdentity-temp")), Is.EqualTo("DefaultCluster#broker-a#3#127.0.0.1:10911;17"));
        var second = Open();
        Assert.That((second.Id, second.Applied), Is.EqualTo(((long?)null, ((long, string)?)(3, "127.0.0.1:10911;17"))));
        second.Take(3);
        Assert.That(File.ReadAllText(Path("brokerIdentity")), Is.EqualTo("DefaultCluster#broker-a#3"));
        Assert.That(Directory.GetFiles(_folder.Path), Has.Length.EqualTo(1));
        Assert.That(Open().Id, Is.EqualTo(3));
    }

    [Test]
    public void Apaches_file_is_taken()
    {
        File.WriteAllText(Path("brokerIdentity"), "DefaultCluster#broker-a#2\n");
        Assert.That(Open().Id, Is.EqualTo(2));
    }

    [TestCase("DefaultCluster#broker-b#2")]
    [TestCase("Other#broker-a#2")]
    [TestCase("DefaultCluster#broker-a#0")]
    [TestCase("DefaultCluster#broker-a#x")]
    [TestCase("DefaultCluster#broker-a")]
    [TestCase("noise")]
    public void Another_brokers_file_or_none_at_all_is_refused_by_name(string text)
    {
        File.WriteAllText(Path("brokerIdentity"), text);
        Assert.That(Open, Throws.TypeOf<ConfigurationException>().With.Message.Contains(Path("brokerIdentity")));
    }

    [Test]
    public void One_that_the_controller_has_forgotten_is_forgotten_here()
    {
        var identity = Open();
        identity.Take(1);
        identity.Lose();
        Assert.That((identity.Id, Open().Id), Is.EqualTo(((long?)null, (long?)null)));
    }

    private string Path(string name) => _folder.File(name);

    private BrokerIdentity Open() => new(
        new BrokerOptions { BrokerName = "broker-a" }, new StoreOptions { StorePathRootDir = _folder.Path }, PhysicalFileSystem.Instance, NullLogger.Instance);
}
