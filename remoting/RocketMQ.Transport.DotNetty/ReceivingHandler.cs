using DotNetty.Buffers;
using DotNetty.Transport.Channels;
using DotNetty.Transport.Channels.Sockets;

namespace RocketMQ.Transport.DotNetty;

/// <summary>
/// Hands what a channel reads to its connection, and has it read on once that has room. Framing is left to the connection: what of a frame has come
/// counts against the limits there.
/// </summary>
internal sealed class ReceivingHandler(DotNettyConnection connection) : ChannelHandlerAdapter
{
    public override void ChannelActive(IChannelHandlerContext context) => context.Read();

    public override void ChannelRead(IChannelHandlerContext context, object message)
    {
        var buffer = (IByteBuffer)message;
        try
        {
            connection.Write(new ReadOnlySpan<byte>(buffer.Array, buffer.ArrayOffset + buffer.ReaderIndex, buffer.ReadableBytes));
        }
        finally
        {
            buffer.Release();
        }
    }

    public override void ChannelReadComplete(IChannelHandlerContext context)
    {
        var taken = connection.FlushAsync();
        if (!taken.IsCompletedSuccessfully)
        {
            _ = ReadOnceTakenAsync(context, taken);
        }
        else if (taken.Result)
        {
            context.Read();
        }
    }

    public override void UserEventTriggered(IChannelHandlerContext context, object evt)
    {
        if (evt is ChannelInputShutdownEvent)
        {
            connection.EndInput(null);
        }
    }

    public override void ExceptionCaught(IChannelHandlerContext context, Exception exception)
    {
        connection.EndInput(exception);
        _ = context.CloseAsync();
    }

    /// <summary>Where nobody has said why: it was closed from here.</summary>
    public override void ChannelInactive(IChannelHandlerContext context) => connection.EndInput(null);

    private static async Task ReadOnceTakenAsync(IChannelHandlerContext context, ValueTask<bool> taken)
    {
        if (await taken.ConfigureAwait(false))
        {
            context.Read();
        }
    }
}
