using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Tests.Frames;

namespace RocketMQ.Protocol.Tests.Headers;

/// <summary>Every header class there is: found by reflection, so that a new one is tested by being there.</summary>
public sealed class HeaderTests
{
    /// <summary>Fields beyond those of Apache's header class: what its clients and brokers add beside it.</summary>
    private static readonly Dictionary<string, string> Added = new()
    {
        ["bname"] = "text:opt",
        ["lo"] = "bool:opt",
        ["_UNIQUE_KEY_QUERY"] = "bool:opt",
        ["MSG_REGION"] = "text:opt",
        ["TRACE_ON"] = "bool:opt",
        ["__ZONE_NAME"] = "text:opt",
        ["removeOffset"] = "bool:opt",
    };

    private static IEnumerable<Type> All =>
        typeof(ICommandHeader).Assembly.GetTypes().Where(type => type.IsClass && type.IsAssignableTo(typeof(ICommandHeader)));

    private static IEnumerable<TestCaseData> Tabled =>
        Golden.Text("headers.tsv").Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('\t'))
            .Select(row => new TestCaseData(All.Single(type => type.Name == row[0]), row[1]).SetArgDisplayNames(row[0]));

    [TestCaseSource(nameof(Tabled))]
    public void Fields_have_the_names_kinds_and_duties_of_Apache_s_class(Type type, string fields)
    {
        var expected = fields.Split(';').Select(each => each.Split(':', 2)).ToDictionary(each => each[0], each => each[1]);

        var (_, declared) = Filled(type);
        var asApaches = declared.ToDictionary(each => each.Key, each => each.Value.Replace(":exp", ":req", StringComparison.Ordinal));

        Assert.That(asApaches.Except(Added), Is.EquivalentTo(expected.Except(Added)));
    }

    [Test]
    public void A_header_arrives_as_it_was_sent(
        [ValueSource(nameof(All))] Type type, [Values(SerializeType.Json, SerializeType.RocketMq)] SerializeType serializeType)
    {
        var (header, declared) = Filled(type);
        var sent = HeaderText.Write(header, serializeType);

        var arrived = HeaderText.Read(HeaderText.Send(header, serializeType), type);

        Assert.That(sent.Keys, Is.EquivalentTo(declared.Keys));
        Assert.That(HeaderText.Write(arrived, serializeType), Is.EqualTo(sent));
    }

    [TestCaseSource(nameof(All))]
    public void A_request_without_a_required_field_is_told_its_name(Type type)
    {
        var (header, declared) = Filled(type);
        var sent = HeaderText.Write(header, SerializeType.Json);
        foreach (var name in declared.Where(each => each.Value.EndsWith("req", StringComparison.Ordinal)).Select(each => each.Key))
        {
            var command = new RemotingCommand();
            foreach (var (other, value) in sent.Where(each => each.Key != name))
            {
                command.AddField(other, value);
            }

            Assert.That(
                () => HeaderText.Read(command, type),
                Throws.TypeOf<HeaderFieldException>().With.Message.EqualTo($"the custom field <{name}> is null"));
        }
    }

    [TestCaseSource(nameof(All))]
    public void A_request_without_what_can_be_done_without_is_read(Type type)
    {
        var (header, declared) = Filled(type);
        var command = new RemotingCommand();
        foreach (var (name, value) in HeaderText.Write(header, SerializeType.Json).Where(each => declared[each.Key].EndsWith("req", StringComparison.Ordinal)))
        {
            command.AddField(name, value);
        }

        Assert.That(() => HeaderText.Read(command, type), Throws.Nothing);
    }

    [Test]
    public void Both_names_for_forgetting_a_group_s_offsets_are_understood([Values("removeOffset", "cleanOffset")] string name)
    {
        var command = new RemotingCommand();
        command.AddField("groupName", "g");
        command.AddField(name, "true");

        Assert.That(command.ReadHeader<Protocol.Headers.DeleteSubscriptionGroupRequestHeader>().CleanOffset);
    }

    private static (ICommandHeader Header, Dictionary<string, string> Declared) Filled(Type type)
    {
        var header = (ICommandHeader)Activator.CreateInstance(type)!;
        var declared = new Dictionary<string, string>();
        var recorder = new FieldRecorder(declared);
        header.Fields(ref recorder);
        return (header, declared);
    }
}
