REM  Edits Word files as a person does in LibreOffice: see edits.py.
REM  CIRCULARS_JOBS names a file of lines with tabs between their fields: a command, its arguments, end.
REM  A paragraph is named by a bookmark that begins in it, and words in it by themselves; "" are all of its words.
Option Explicit

Dim document

Sub Main
    Dim files, jobs, line
    On Error GoTo Failed
    files = createUnoService("com.sun.star.ucb.SimpleFileAccess")
    jobs = createUnoService("com.sun.star.io.TextInputStream")
    jobs.setInputStream(files.openFileRead(Environ("CIRCULARS_JOBS")))
    jobs.setEncoding("UTF-8")
    Do While Not jobs.isEOF()
        line = jobs.readLine()
        If InStr(line, Chr(9)) > 0 Then Job(Split(line, Chr(9)))
    Loop
    jobs.closeInput()
    StarDesktop.terminate()
    Exit Sub
Failed:
    REM  Without this LibreOffice would wait for ever.
    Dim told
    told = createUnoService("com.sun.star.io.TextOutputStream")
    told.setOutputStream(files.openFileWrite(Environ("CIRCULARS_JOBS") & ".error"))
    told.writeString("line " & Erl & ": " & Error() & " in " & line)
    told.closeOutput()
    StarDesktop.terminate()
End Sub

Sub Job(fields)
    Dim range, cursor
    Select Case fields(0)
    Case "open"
        document = Opened(fields(1))
    Case "save"
        Save(fields(1))
    Case "track"
        document.RecordChanges = (fields(1) = "on")
    Case "replace"
        Words(fields).String = Typed(fields(3))
    Case "insert before"
        range = Words(fields)
        range.Text.insertString(range.Start, Typed(fields(3)), False)
    Case "insert after"
        range = Words(fields)
        range.Text.insertString(range.End, Typed(fields(3)), False)
    Case "split"
        REM  As Enter behind the words.
        range = Words(fields)
        range.Text.insertControlCharacter(range.End, com.sun.star.text.ControlCharacter.PARAGRAPH_BREAK, False)
    Case "add"
        REM  As Enter at the end of the paragraph, and typing.
        cursor = Paragraph(fields(1))
        cursor.collapseToEnd()
        cursor.Text.insertControlCharacter(cursor, com.sun.star.text.ControlCharacter.PARAGRAPH_BREAK, False)
        cursor.Text.insertString(cursor, Typed(fields(3)), False)
    Case "remove"
        REM  The words and the end of the paragraph, or the end of the one before it where a table follows.
        cursor = Paragraph(fields(1))
        If BeforeTable(cursor) Then
            cursor.gotoStartOfParagraph(False)
            cursor.goLeft(1, False)
            cursor.gotoNextParagraph(True)
            cursor.gotoEndOfParagraph(True)
        Else
            cursor.goRight(1, True)
        End If
        cursor.String = ""
    Case "merge"
        REM  As Delete at the end of the paragraph.
        cursor = Paragraph(fields(1))
        cursor.collapseToEnd()
        cursor.goRight(1, True)
        cursor.String = ""
    Case "move down", "move up"
        document.CurrentController.ViewCursor.gotoRange(Paragraph(fields(1)).Start, False)
        If fields(0) = "move down" Then Dispatch(".uno:MoveDown") Else Dispatch(".uno:MoveUp")
    Case "move"
        REM  Cut, and paste before another paragraph.
        Move(fields)
    Case "bold"
        Words(fields).CharWeight = 150
    Case "italic"
        Words(fields).CharPosture = com.sun.star.awt.FontSlant.ITALIC
    Case "underline"
        Words(fields).CharUnderline = 1
    Case "red"
        Words(fields).CharColor = RGB(255, 0, 0)
    Case "size"
        Words(fields).CharHeight = CDbl(fields(3))
    Case "font"
        Words(fields).CharFontName = fields(3)
    Case "link"
        Words(fields).HyperLinkURL = fields(3)
    Case "style"
        Paragraph(fields(1)).ParaStyleName = fields(3)
    Case "add row"
        Row(fields(1), ".uno:InsertRowsAfter")
        If fields(3) <> "" Then TypeBelow(Split(fields(3), Chr(30)))
    Case "remove row"
        Row(fields(1), ".uno:DeleteRows")
    Case Else
        Error 5
    End Select
End Sub

Function Typed(text)
    REM  Lines are separated by a character that no text has.
    Typed = Join(Split(text, Chr(30)), Chr(10))
End Function

Function Paragraph(name)
    REM  A cursor that selects all words of a paragraph.
    Dim start, cursor
    start = document.Bookmarks.getByName(name).Anchor.Start
    cursor = start.Text.createTextCursorByRange(start)
    cursor.gotoStartOfParagraph(False)
    cursor.gotoEndOfParagraph(True)
    Paragraph = cursor
End Function

Function BeforeTable(cursor)
    REM  Whether the paragraph that a cursor selects is followed by a table.
    Dim blocks, block, is_here
    blocks = cursor.Text.createEnumeration()
    Do While blocks.hasMoreElements()
        block = blocks.nextElement()
        If is_here Then
            BeforeTable = block.supportsService("com.sun.star.text.TextTable")
            Exit Function
        End If
        If block.supportsService("com.sun.star.text.Paragraph") Then
            is_here = (cursor.Text.compareRegionEnds(block, cursor) = 0)
        End If
    Loop
    BeforeTable = False
End Function

Function Words(fields)
    Dim whole, search, found
    whole = Paragraph(fields(1))
    If fields(2) = "" Then
        Words = whole
        Exit Function
    End If
    search = document.createSearchDescriptor()
    search.SearchString = fields(2)
    search.SearchCaseSensitive = True
    found = document.findNext(whole.Start, search)
    If IsNull(found) Then Error 5
    Words = found.Text.createTextCursorByRange(found)
End Function

Sub Move(fields)
    Dim cursor, clip
    cursor = Paragraph(fields(1))
    cursor.goRight(1, True)
    document.CurrentController.select(cursor)
    clip = document.CurrentController.getTransferable()
    cursor.String = ""
    document.CurrentController.ViewCursor.gotoRange(Paragraph(fields(2)).Start, False)
    document.CurrentController.insertTransferable(clip)
End Sub

Sub Row(name, command)
    document.CurrentController.ViewCursor.gotoRange(document.Bookmarks.getByName(name).Anchor.Start, False)
    Dispatch(command)
End Sub

Sub TypeBelow(texts)
    REM  Types in the cells of the row below the one with the cursor.
    Dim cursor, number, column
    cursor = document.CurrentController.ViewCursor
    number = Val(Mid(cursor.Cell.CellName, 2))
    For column = 0 To UBound(texts)
        cursor.TextTable.getCellByPosition(column, number).createTextCursor().String = texts(column)
    Next
End Sub

Sub Save(url)
    Dim how(0) As New com.sun.star.beans.PropertyValue
    how(0).Name = "FilterName"
    how(0).Value = "MS Word 2007 XML"
    document.storeToURL(url, how())
    document.close(True)
End Sub

Function Opened(url)
    REM  While LibreOffice is starting it opens nothing as yet, and says so by returning nothing.
    Dim tries, hidden(0) As New com.sun.star.beans.PropertyValue
    hidden(0).Name = "Hidden"
    hidden(0).Value = True
    For tries = 1 To 100
        Opened = StarDesktop.loadComponentFromURL(url, "_blank", 0, hidden())
        If Not IsNull(Opened) Then Exit For
        Wait 100
    Next
End Function

Sub Dispatch(command)
    Dim helper, nothing()
    helper = createUnoService("com.sun.star.frame.DispatchHelper")
    helper.executeDispatch(document.CurrentController.Frame, command, "", 0, nothing())
End Sub
