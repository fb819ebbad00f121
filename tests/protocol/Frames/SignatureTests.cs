using System.Buffers;
using System.Text;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;

namespace RocketMQ.Protocol.Tests.Frames;

/// <summary>Signatures that Apache's clients made.</summary>
internal sealed class SignatureTests
{
    private static readonly Dictionary<string, string> SecretKeys = new() { ["rocketmq2"] = "12345678", ["rootadm"] = "rootadm123" };

    /// <summary>Five frames of the second recording were signed with another key on purpose.</summary>
    [TestCase("4.9-json", 52, 0)]
    [TestCase("5.3.3-json", 89, 5)]
    public void What_Apaches_clients_signed_verifies(string set, int signedCount, int wrongCount)
    {
        var signed = GoldenFrame.All(set).Where(frame => frame.Fields?.ContainsKey("Signature") == true).ToList();
        var wrong = signed.Where(frame => !Verifies(frame.Decode())).Select(frame => frame.File).ToList();

        Assert.That(signed, Has.Count.EqualTo(signedCount));
        Assert.That(wrong, Has.Count.EqualTo(wrongCount));
    }

    [Test]
    public void A_signed_request_verifies_and_signing_again_changes_nothing()
    {
        var request = RemotingCommand.Request(RequestCode.QueryMessage, new QueryMessageRequestHeader { Topic = "orders", Key = "ключ", MaxNum = 3 }, "body"u8.ToArray());
        request.AddField("_UNIQUE_KEY_QUERY", "true");
        var credentials = new AccessCredentials("rocketmq2", "12345678", "token");
        credentials.Sign(request);
        var first = OverTheWire(request);
        credentials.Sign(request);

        Assert.That(Verifies(first));
        Assert.That(first.Field("SecurityToken"u8), Is.EqualTo("token"));
        Assert.That(OverTheWire(request).Fields!.ToDictionary(), Is.EqualTo(first.Fields!.ToDictionary()));
    }

    [Test]
    public void A_changed_body_or_field_does_not_verify()
    {
        var request = RemotingCommand.Request(RequestCode.GetMaxOffset, new GetMaxOffsetRequestHeader { Topic = "orders" }, "body"u8.ToArray());
        new AccessCredentials("rocketmq2", "12345678").Sign(request);
        var other = OverTheWire(request);
        other.Body = new ReadOnlySequence<byte>("bodY"u8.ToArray());
        var field = OverTheWire(request);
        field.AddField("topic", "others");

        Assert.That(Verifies(other), Is.False);
        Assert.That(Verifies(field), Is.False);
    }

    private static bool Verifies(RemotingCommand command) =>
        command.Field("AccessKey"u8) is { } name && SecretKeys.TryGetValue(name, out var key)
        && AccessCredentials.Compute(command.Fields!, command.Body, command.Version, Encoding.UTF8.GetBytes(key)) == command.Field("Signature"u8);

    private static RemotingCommand OverTheWire(RemotingCommand request)
    {
        var output = new ArrayBufferWriter<byte>();
        CommandCodec.Encode(request, output);
        var received = new RemotingCommand();
        Assert.That(CommandCodec.Decode(new ReadOnlySequence<byte>(output.WrittenMemory[4..].ToArray()), received), Is.Null);
        return received;
    }
}
