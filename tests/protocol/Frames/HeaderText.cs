using System.Buffers;
using System.Reflection;
using RocketMQ.Protocol.Commands;

namespace RocketMQ.Protocol.Tests.Frames;

/// <summary>Reads and writes headers whose type a test case names.</summary>
internal static class HeaderText
{
    private static readonly MethodInfo ReadHeader = typeof(RemotingCommand).GetMethods().Single(method =>
        method.Name == nameof(RemotingCommand.ReadHeader) && method.GetParameters().Length == 0);

    public static ICommandHeader Read(RemotingCommand command, Type type) =>
        (ICommandHeader)ReadHeader.MakeGenericMethod(type).Invoke(command, BindingFlags.DoNotWrapExceptions, null, null, null)!;

    public static Dictionary<string, string> RoundTrip(RemotingCommand command, Type type) => Write(Read(command, type), SerializeType.Json);

    /// <summary>The fields that a header writes.</summary>
    public static Dictionary<string, string> Write(ICommandHeader header, SerializeType serializeType) =>
        Send(header, serializeType).Fields?.ToDictionary() ?? [];

    /// <summary>The command that arrives when one with this header is sent.</summary>
    public static RemotingCommand Send(ICommandHeader header, SerializeType serializeType)
    {
        var request = RemotingCommand.Request(1, header);
        request.SerializeType = serializeType;
        var frame = new ArrayBufferWriter<byte>();
        CommandCodec.Encode(request, frame);
        var arrived = new RemotingCommand();
        Assert.That(CommandCodec.Decode(new(frame.WrittenMemory[4..]), arrived), Is.Null);
        return arrived;
    }
}
