using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Replication;
using RocketMQ.Remoting.Configuration;
using RocketMQ.Remoting.Tls;
using RocketMQ.Store;

namespace RocketMQ.Broker.Tests.Configuration;

public class BrokerConfigurationTests
{
    /// <summary>Keys whose default is a place or a name of the machine: the file says so in words.</summary>
    private static readonly string[] OfTheMachine = ["brokerName"];

    /// <summary>What the file sets, so that the commands of the README are open to this machine alone and write nowhere else.</summary>
    private static readonly string[] SetByTheFile = ["bindAddress=127.0.0.1", "storePathRootDir=data/broker"];

    private static readonly Type[] Records = [typeof(BrokerOptions), typeof(StoreOptions), typeof(TlsOptions), typeof(ReplicationOptions)];

    [Test]
    public void The_shipped_file_names_every_key_with_its_default_and_sets_where_it_listens_and_writes()
    {
        var text = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "broker.conf"));
        var shipped = JavaProperties.Parse(text.Replace("\n#", "\n", StringComparison.Ordinal), "broker.conf").Entries
            .Where(e => e.Key.Length > 0 && char.IsAsciiLetterLower(e.Key[0]) && Known.Contains(e.Key))
            .ToDictionary(e => e.Key, e => e.Value.Value);
        var defaults = OptionsBinder.Describe(new BrokerOptions(), JavaProperties.Empty)
            .Concat(OptionsBinder.Describe(new StoreOptions { StorePathRootDir = "" }, JavaProperties.Empty))
            .Concat(OptionsBinder.Describe(new TlsOptions(), JavaProperties.Empty))
            .Concat(OptionsBinder.Describe(new ReplicationOptions(), JavaProperties.Empty))
            .DistinctBy(s => s.Key)
            .ToDictionary(s => s.Key, s => s.Value);

        Assert.Multiple(() =>
        {
            Assert.That(shipped.Keys, Is.EquivalentTo(defaults.Keys));
            foreach (var (key, value) in shipped.Where(e => !OfTheMachine.Contains(e.Key) && !SetByTheFile.Contains($"{e.Key}={e.Value}")))
            {
                Assert.That(value, Is.EqualTo(defaults[key]), key);
            }
        });
        Assert.That(JavaProperties.Parse(text, "broker.conf").Entries.Select(e => $"{e.Key}={e.Value.Value}"), Is.EquivalentTo(SetByTheFile));
    }

    [TestCase("broker-master.conf", ConfiguredRole.SyncMaster)]
    [TestCase("broker-slave.conf", ConfiguredRole.Slave)]
    public void The_shipped_samples_of_a_set_are_open_to_this_machine_alone(string file, ConfiguredRole role)
    {
        var configuration = BrokerConfiguration.Bind(JavaProperties.Load(Path.Combine(AppContext.BaseDirectory, file)));

        Assert.That(configuration.Ignored, Is.Empty);
        Assert.That((configuration.Broker.Replication.BrokerRole, configuration.Broker.BindAddress), Is.EqualTo((role, "127.0.0.1")));
    }

    [TestCase("somewhere")]
    [TestCase("127.0.0.1:9876;10.0.0.1")]
    [TestCase("127.0.0.1:0")]
    [TestCase("127.0.0.1:9876,127.0.0.1:9877")]
    public void A_name_server_without_a_port_is_refused(string addresses) =>
        Assert.That(
            () => BrokerConfiguration.Bind(JavaProperties.Empty.With([new("namesrvAddr", addresses)])),
            Throws.TypeOf<ConfigurationException>().With.Message.StartsWith($"namesrvAddr={addresses} is not a name server, host:port, "));

    [TestCase("")]
    [TestCase("localhost:9876")]
    [TestCase(" 127.0.0.1:9876; [::1]:9877 ;")]
    public void Name_servers_are_host_and_port(string addresses) =>
        Assert.That(BrokerConfiguration.Bind(JavaProperties.Empty.With([new("namesrvAddr", addresses)])).Broker.NamesrvAddr, Is.EqualTo(addresses.Trim()));

    [Test]
    public void The_shipped_file_marks_the_keys_that_change_while_the_broker_runs()
    {
        var lines = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "broker.conf"));
        var marked = Enumerable.Range(1, lines.Length - 1)
            .Where(i => lines[i - 1].EndsWith(" (live)", StringComparison.Ordinal))
            .Select(i => lines[i][1..lines[i].IndexOf('=', StringComparison.Ordinal)]);

        Assert.That(marked, Is.EquivalentTo(Records.SelectMany(OptionsBinder.Keys).Where(OptionsBinder.IsLive).Select(OptionsBinder.KeyOf)));
    }

    [TestCase("mapedFileSizeCommitLog")]
    [TestCase("storePathConsumeQueue")]
    [TestCase("filterServerNums")]
    [TestCase("tieredStorageLevel")]
    public void Keys_of_older_and_newer_brokers_of_Apaches_are_listed_with_what_happens_instead(string key)
    {
        var configuration = BrokerConfiguration.Bind(JavaProperties.Parse($"{key}=1", "broker.conf"));

        Assert.That(configuration.Ignored.Single().Key, Is.EqualTo(key));
        Assert.That(configuration.Ignored.Single().Instead, Is.Not.Empty);
    }

    [Test]
    public void A_file_of_Apaches_broker_is_taken_as_it_is()
    {
        var configuration = BrokerConfiguration.Bind(JavaProperties.Parse(
            """
            brokerClusterName = DefaultCluster
            brokerName = broker-a
            brokerId = 0
            deleteWhen = 04
            fileReservedTime = 48
            brokerRole = ASYNC_MASTER
            flushDiskType = ASYNC_FLUSH
            """,
            "broker.conf"));

        Assert.Multiple(() =>
        {
            Assert.That(configuration.Broker.BrokerName, Is.EqualTo("broker-a"));
            Assert.That(configuration.Store.FileReservedTime, Is.EqualTo(48));
            Assert.That(configuration.Store.StorePathRootDir, Does.EndWith("store"));
            Assert.That(configuration.Ignored, Is.Empty);
        });
    }

    [Test]
    public void An_unknown_key_is_refused_with_the_nearest_known_one()
    {
        var bind = () => BrokerConfiguration.Bind(JavaProperties.Parse("\nflushDiskTyp=SYNC_FLUSH", "broker.conf"));

        Assert.That(bind, Throws.TypeOf<ConfigurationException>().With.Message.EqualTo(
            "broker.conf line 2: unknown key 'flushDiskTyp'. Did you mean 'flushDiskType'?"));
    }

    [TestCase("flushIntervalCommitLog=0", "broker.conf line 1: flushIntervalCommitLog=0 is not at least 1.")]
    [TestCase("fileReservedTime=-1", "broker.conf line 1: fileReservedTime=-1 is not at least 0.")]
    [TestCase("brokerPermission=9", "broker.conf line 1: brokerPermission=9 is not from 0 to 7.")]
    [TestCase("defaultPopShareQueueNum=-2", "broker.conf line 1: defaultPopShareQueueNum=-2 is not at least -1.")]
    [TestCase("bindAddress=nowhere", "broker.conf line 1: bindAddress=nowhere is not an IP address; 0.0.0.0 listens on all of them.")]
    [TestCase("messageDelayLevel=1s soon", "broker.conf line 1: messageDelayLevel=1s soon is not a list of delays such as 1s 5m 2h 1d.")]
    [TestCase("frobnicate=1", "broker.conf line 1: unknown key 'frobnicate'. No known key is like it; -p lists them all.")]
    public void A_value_that_makes_no_sense_is_refused_with_what_would(string line, string reason) =>
        Assert.That(
            () => BrokerConfiguration.Bind(JavaProperties.Parse(line, "broker.conf")),
            Throws.TypeOf<ConfigurationException>().With.Message.EqualTo(reason));

    [Test]
    public void A_key_that_is_honoured_is_not_listed_as_one_that_changes_nothing() =>
        Assert.That(BrokerConfiguration.IgnoredKeys.Keys.Intersect(Known), Is.Empty);

    private static HashSet<string> Known => [.. Records.SelectMany(OptionsBinder.Keys).Select(OptionsBinder.KeyOf)];
}
