using System.Text.RegularExpressions;

namespace RocketMQ.Architecture.Tests;

/// <summary>
/// What a client names is checked where its request is decoded: a header declares its names, a body is an <c>INamingBody</c>. Tests of the
/// protocol walk all of these; here are the ways around them, each with its reason.
/// </summary>
public partial class NameRuleTests
{
    private static readonly string[] Servers = ["broker/", "namesrv/"];

    /// <summary>Bodies that servers read and that name nothing they keep.</summary>
    private static readonly Dictionary<string, string> NamelessBodies = new(StringComparer.Ordinal)
    {
        ["GetConsumerStatusBody"] = "a consumer's answer, handed on to who asked",
        ["SyncStateSet"] = "ids of brokers, compared with those there are",
        ["string"] = "names of broker sets, looked up",
        ["ElectMasterResponseBody"] = "a controller's answer: ids of brokers",
        ["BrokerReplicasInfo"] = "a controller's answer: ids of brokers, and addresses, which are parsed before they are connected to",
        ["KVTable"] = "a name server's answer: order configuration, looked up by topics there are; a master's: figures",
    };

    /// <summary>Where fields of a header are read without one.</summary>
    private static readonly Dictionary<string, string> ReadsOfFields = new(StringComparer.Ordinal)
    {
        ["broker/Auth/Remoting/AccessGuard.cs"] = "AccessKey and Signature: looked up and compared",
        ["broker/Auth/Remoting/AuthReplies.cs"] = "AccessKey: looked up",
        ["broker/Auth/Remoting/RequiredAccess.cs"] = "names: compared with rules, before the handler decodes them",
        ["broker/NotEnabled/Remoting/NotEnabledRequests.cs"] = "a topic to be refused, and a number",
        ["namesrv/Routes/RouteHandler.cs"] = "a zone: compared",
    };

    /// <summary>Where JSON is read that is no request's body, or is checked on the spot.</summary>
    private static readonly Dictionary<string, string> OtherJson = new(StringComparer.Ordinal)
    {
        ["broker/Auth/AccessControl.cs"] = "a setting",
        ["broker/Auth/AccessLists.cs"] = "its file",
        ["broker/Auth/UserTable.cs"] = "its file",
        ["broker/Delaying/DelayedDelivery.cs"] = "its file",
        ["broker/Filtering/ConsumerFilterFile.cs"] = "its file",
        ["broker/Groups/SubscriptionGroups.cs"] = "its file, entry by entry checked",
        ["broker/Offsets/ConsumerOffsets.cs"] = "its file",
        ["broker/Popping/MessageRequestModes.cs"] = "its file",
        ["broker/Popping/OrderedPops.cs"] = "its file",
        ["broker/Remoting/MetadataPages.cs"] = "a version, of numbers alone",
        ["broker/Popping/ReviveQueue.cs"] = "the broker's own records, checked on the spot",
        ["broker/Replication/Metadata/Remoting/MasterClient.cs"] = "a master's tables: what is no name in them is left out where they are taken",
        ["broker/Timing/TimerMetrics.cs"] = "its file",
        ["broker/Topics/TopicTable.cs"] = "its file, entry by entry checked",
        ["broker/Transactions/OpenTransactions.cs"] = "its file",
        ["namesrv/Kv/KvConfigTable.cs"] = "its file",
        ["namesrv/Registration/RegistrationHandlers.cs"] = "a registration: what is no name in it is left out",
    };

    /// <summary>Where a path is made of what is no constant.</summary>
    private static readonly Dictionary<string, string> Paths = new(StringComparer.Ordinal)
    {
        ["broker/Auth/AccessControl.cs"] = "of a setting",
        ["broker/BrokerStorage.cs"] = "of a setting",
        ["broker/Configuration/BrokerConfiguration.cs"] = "of the user's directory",
        ["broker/Persistence/ConfigFolder.cs"] = "of names that the broker's tables have in its code",
        ["broker/Persistence/JournalReader.cs"] = "of numbers, and of files there are",
        ["broker/Replication/Membership/BrokerIdentity.cs"] = "of a setting",
        ["broker/Replication/Epochs/EpochFile.cs"] = "of a setting",
        ["namesrv/NameServerOptions.cs"] = "of a setting",
        ["namesrv/RocketMQ.Controller/ControllerOptions.cs"] = "of the user's directory",
        ["namesrv/RocketMQ.Controller/ControllerServer.cs"] = "of a setting",
        ["store/KeyIndex/MessageIndex.cs"] = "of times, and of files there are",
        ["store/Log/LogFiles.cs"] = "of numbers, and of files there are",
        ["store/Log/LogParts.cs"] = "of a number, under a setting",
        ["store/Queues/QueueFiles.cs"] = "of numbers",
        ["store/Queues/QueueLayout.cs"] = "of topics, for the queue table",
        ["store/Queues/QueueTable.cs"] = "of topics: of the topic table, or of records that were sent to those; asked for a name once more",
        ["store/Recovery/StoreRecovery.cs"] = "of a setting",
        ["store/StoreOptions.cs"] = "of settings",
        ["store/Timing/TimerLog.cs"] = "of numbers, and of files there are",
        ["store/Timing/TimerStore.cs"] = "of a setting",
    };

    [Test]
    public void A_body_that_a_server_reads_checks_its_names()
    {
        var naming = Repository.ShippedSources.Where(file => file.StartsWith("remoting/RocketMQ.Protocol/Bodies/", StringComparison.Ordinal))
            .Where(file => Repository.Lines(file).Any(line => line.Contains("INamingBody", StringComparison.Ordinal)))
            .Select(Path.GetFileNameWithoutExtension).ToHashSet(StringComparer.Ordinal);
        var read = Sources(Servers).SelectMany(file => Repository.Lines(file).SelectMany(line => ReadBody().Matches(line))).Select(match => match.Groups[1].Value).ToHashSet(StringComparer.Ordinal);

        Assert.That(read, Is.Not.Empty);
        Assert.That(read.Where(body => !naming.Contains(body) && !NamelessBodies.ContainsKey(body)), Is.Empty, "make it an INamingBody, or list it with the reason");
        Assert.That(NamelessBodies.Keys.Except(read), Is.Empty, "listed, though nobody reads it");
    }

    [Test]
    public void A_header_s_field_is_read_by_its_declaration() => Only(Servers, FieldRead(), ReadsOfFields, "declare it in a header, with the kind of name it is");

    [Test]
    public void Json_from_others_is_read_as_a_body() => Only(Servers, JsonRead(), OtherJson, "read it with ReadBody, which checks the names in it");

    [Test]
    public void A_path_is_made_of_what_no_client_said() => Only([.. Servers, "store/"], PathMade(), Paths, "say here what it is made of");

    private static void Only(string[] rooms, Regex pattern, Dictionary<string, string> reasons, string instead)
    {
        var found = Sources(rooms).Where(file => Repository.Lines(file).Any(pattern.IsMatch)).ToList();

        Assert.That(found.Except(reasons.Keys), Is.Empty, instead);
        Assert.That(reasons.Keys.Except(found), Is.Empty, "listed, though it is not done there");
    }

    private static IEnumerable<string> Sources(string[] rooms) =>
        Repository.ShippedSources.Where(file => rooms.Any(room => file.StartsWith(room, StringComparison.Ordinal)));

    [GeneratedRegex(@"\bReadBody<(?:List<)?(\w+)>")]
    private static partial Regex ReadBody();

    [GeneratedRegex(@"\.Field\(|\bFields\b\??!?(\.(TryGet|Find|ValueAt|NameAt)\(|\[)")]
    private static partial Regex FieldRead();

    [GeneratedRegex(@"\bRemotingJson\.Deserialize|\bJToken\.Parse|\bJObject\.Parse|\bJsonConvert\.")]
    private static partial Regex JsonRead();

    [GeneratedRegex(@"\bPath\.(Combine|Join)\(")]
    private static partial Regex PathMade();
}
